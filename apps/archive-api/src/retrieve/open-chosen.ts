import { type FrameDecoder, transcode } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import type { Offer } from '#dicomweb/negotiate';
import { instanceOffers } from '#dicomweb/offers';
import type { BufferLease } from '#platform/buffer-pool';
import { patientAfterFirst } from './conversion/patient.js';
import { instanceFile } from './instance-file.js';
import type { LocatedInstance } from './locate.js';
import { openInstance, type ReadPorts } from './read-instance.js';

/** An instance and the form that was agreed on. */
export type Chosen = Readonly<{ located: LocatedInstance; offer: Offer }>;

/** Its bytes in that form, or a code for why it can't be had after all. */
export type Opened =
  | Readonly<{ ok: true; body: Buffer | AsyncIterable<Buffer> }>
  | Readonly<{ ok: false; reason: string }>;

/** Instances up to this are read whole; larger ones are streamed. Memory stays flat either way. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;

/** Negotiation counts a conversion of syntaxes that are forbidden on the web as «stored»: here the bytes count. */
export const isAsStored = ({ located, offer }: Chosen): boolean =>
  offer.asStored && offer.transferSyntax === located.instance.transferSyntax;

export async function openChosen(
  ports: ReadPorts & Readonly<{ decode: FrameDecoder }>,
  chosen: Chosen,
  { allocate }: BufferLease,
): Promise<Opened> {
  const { located, offer } = chosen;
  if (isAsStored(chosen)) {
    const range = { start: 0, end: located.instance.bytes };
    const reading = { range, allocate, bufferBytesMax: BUFFER_BYTES_MAX };
    return { ok: true, body: await openInstance(ports, located, reading) };
  }
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

async function* buffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const { buffer, byteOffset, length } of chunks)
    yield Buffer.from(buffer, byteOffset, length);
}
