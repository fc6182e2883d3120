import type { FrameDecoder } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import type { Offer } from '#dicomweb/negotiate';
import { ProblemException } from '../problem.js';
import { isEncoded } from './agree-on-form.js';
import { patient } from './conversion/patient.js';
import { cutBuffer } from './frame-part.js';
import { bufferOf, type FramePorts, type StoredFrame } from './frame-source.js';
import { instanceHeader, pixelDescription } from './instance-header.js';
import type { KeptFrames } from './kept-frames.js';
import type { LocatedInstance } from './locate.js';
import { notConverted } from './not-converted.js';

export type ConvertPorts = FramePorts & Readonly<{ decode: FrameDecoder; keptFrames: KeptFrames }>;

type Converting = Readonly<{
  numbers: readonly number[];
  frames: readonly StoredFrame[];
  offer: Offer;
}>;

/** The first is converted here, so that pixels which cannot be decoded are told before the first byte. Native frames are all as long as it. */
export async function convertedFrames(
  ports: ConvertPorts,
  located: LocatedInstance,
  { numbers, frames, offer }: Converting,
): Promise<readonly StoredFrame[]> {
  const { json } = await instanceHeader(ports.readExtract, located);
  const { transferSyntax, sha256 } = located.instance;
  const swapOnly = transferSyntax === TransferSyntaxUid.ExplicitVRBigEndian;
  const stated = pixelDescription(json);
  const description = swapOnly ? { ...stated, planarConfiguration: 0 } : stated;
  const target = isEncoded(offer) ? { target: offer.transferSyntax ?? '' } : {};
  const convert = async (frame: StoredFrame, decode: FrameDecoder): Promise<Buffer> => {
    const bytes = await bufferOf(await frame.open());
    const converted = await decode({ transferSyntax, description, bytes, ...target });
    if (!converted.ok) throw new ProblemException(notConverted(converted.reason));
    const { buffer, byteOffset, length } = converted.bytes;
    return Buffer.from(buffer, byteOffset, length);
  };
  const open = (frame: StoredFrame, at: number) =>
    ports.keptFrames.get([sha256, numbers[at], ...Object.values(target)].join('/'), () =>
      convert(frame, at === 0 ? ports.decode : patient(ports.decode)),
    );
  const [first] = frames;
  if (first === undefined) return [];
  const opened = await open(first, 0);
  return frames.map((frame, at) => ({
    bytes: opened.length,
    open: async (_allocate, part) => cutBuffer(at === 0 ? opened : await open(frame, at), part),
  }));
}
