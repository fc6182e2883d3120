import { type FrameDecoder, transcode, transcodeFailure } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import type { Offer } from '#dicomweb/negotiate';
import { instanceOffers } from '#dicomweb/offers';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { ByteRange } from '#storage/object-store';
import { ProblemException } from '../problem.js';
import { patientAfterFirst } from './conversion/patient.js';
import { instanceFile } from './instance-file.js';
import type { LocatedInstance } from './locate.js';
import { notConverted } from './not-converted.js';
import { openInstance, type ReadPorts } from './read-instance.js';

/** An instance and the form that was agreed on. */
export type Chosen = Readonly<{ located: LocatedInstance; offer: Offer }>;

/** Its bytes in that form, or a code for why it can't be had after all. */
type OpenedAs<Body> = Readonly<{ ok: true; body: Body }> | Readonly<{ ok: false; reason: string }>;

/** Instances up to this are read whole; larger ones are streamed. Memory stays flat either way. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;

/** Negotiation counts a conversion of syntaxes that are forbidden on the web as «stored»: here the bytes count. */
export const isAsStored = ({ located, offer }: Chosen): boolean =>
  offer.asStored && offer.transferSyntax === located.instance.transferSyntax;

/** Names what is sent of an instance, for an entity tag of many. */
export const contentName = ({ located, offer }: Chosen): string =>
  `${located.instance.sha256} ${offer.transferSyntax}`;

type ConvertPorts = ReadPorts & Readonly<{ decode: FrameDecoder }>;

export async function openChosen(
  ports: ConvertPorts & Readonly<{ buffers: BufferPool }>,
  chosen: Chosen,
  lease: BufferLease,
): Promise<OpenedAs<Buffer | AsyncIterable<Buffer>>> {
  if (!isAsStored(chosen)) return openConverted(ports, chosen);
  const { located } = chosen;
  const range = { start: 0, end: located.instance.bytes };
  return { ok: true, body: await openStored(ports, located, { range, lease }) };
}

/** Some bytes of it, as it is stored. */
export const openStored = (
  ports: ReadPorts & Readonly<{ buffers: BufferPool }>,
  located: LocatedInstance,
  { range, lease: { allocate } }: Readonly<{ range: ByteRange; lease: BufferLease }>,
): Promise<Buffer | AsyncIterable<Buffer>> =>
  openInstance(ports, located, {
    range,
    allocate,
    bufferBytesMax: ports.buffers.isCrowded() ? 0 : BUFFER_BYTES_MAX,
  });

/** Not as it is stored. */
export async function openConverted(
  ports: ConvertPorts,
  { located, offer }: Chosen,
): Promise<OpenedAs<AsyncIterable<Buffer>>> {
  const { transferSyntax = TransferSyntaxUid.ExplicitVRLittleEndian } = offer;
  const decode = patientAfterFirst(ports.decode);
  const converted = await transcode(instanceFile(ports, located), transferSyntax, { decode });
  return converted.ok ? { ok: true, body: buffers(converted.chunks) } : converted;
}

const PASSING = ['busy', 'aborted'];

/** What goes out in place of an instance that can't be converted: as it is stored, or native where that may not be. */
export function storedInstead({ located, offer }: Chosen, reason: string): Chosen | undefined {
  const { transferSyntax: stored } = located.instance;
  const [kept] = instanceOffers({ stored, uncompressed: 'no', single: false });
  const { ExplicitVRLittleEndian: transferSyntax } = TransferSyntaxUid;
  const instead = kept ?? { ...offer, transferSyntax };
  const isTheSame = instead.transferSyntax === offer.transferSyntax;
  return isTheSame || PASSING.includes(reason) ? undefined : { located, offer: instead };
}

/** What a broken file stops in the middle is no fault of ours: the answer breaks off, and the log stays quiet. */
async function* buffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const { buffer, byteOffset, length } of chunks)
      yield Buffer.from(buffer, byteOffset, length);
  } catch (error) {
    const reason = transcodeFailure(error);
    throw reason === undefined ? error : new ProblemException(notConverted(reason));
  }
}
