import { type FrameDecoder, transcodeToExplicitLittleEndian } from '#dicom/transcode';
import {
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { ByteRange } from '#storage/object-store';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { ProblemException } from '../problem.js';
import { rangeAnswer } from '../range-answer.js';
import { readAhead } from '../read-ahead.js';
import { boundaryOf } from './boundary.js';
import { instanceFile } from './instance-file.js';
import { leasesOf } from './leases.js';
import {
  type LocatedInstance,
  type LocatePorts,
  locate,
  locateInstance,
  type Target,
} from './locate.js';
import { notConverted } from './not-converted.js';
import { openInstance, type ReadPorts } from './read-instance.js';
import type { Asked, ChooseRepresentation } from './representation.js';
import {
  entityTag,
  entityTagOfMany,
  isUnchanged,
  unchanged,
  validatorHeaders,
} from './validator.js';

export type InstancesRequest = Readonly<{
  target: Target;
  asked: Asked;
  ifNoneMatch: string | undefined;
  range?: AskedRange | undefined;
}>;

export type RetrieveInstancesPorts = LocatePorts &
  ReadPorts &
  Readonly<{ choose: ChooseRepresentation; decode: FrameDecoder; buffers: BufferPool }>;

/** Of a list, instances up to this are read whole, a few ahead; larger ones are streamed. Memory stays flat either way. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;
const READ_AHEAD = 4;

/** An instance and the form in which it goes out. */
export type Chosen = Readonly<{ located: LocatedInstance; offer: Offer }>;

/** Retrieve Study, Series, Instance (PS3.18 §10.4.1.1). All forms are agreed on before the first byte. */
export async function retrieveInstances(
  ports: RetrieveInstancesPorts,
  { target, asked, ifNoneMatch, range }: InstancesRequest,
): Promise<Answer> {
  const { series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const located = await locateInstance(ports, { ...target, series, instance });
    const offer = ports.choose('instance', asked, located.instance.transferSyntax, true);
    const tag = instanceTag(located, offer);
    if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
    return oneAnswer(ports, { located, offer }, { tag, range });
  }
  const found = await locate(ports, target);
  const chosen = found.flatMap(({ view, instances }) =>
    instances.map(
      (held): Chosen => ({
        located: { view, instance: held },
        offer: ports.choose('instance', asked, held.transferSyntax, false),
      }),
    ),
  );
  const tag = entityTagOfMany(chosen.map(contentName));
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  return manyAnswer(ports, chosen, tag);
}

const instanceTag = ({ instance }: LocatedInstance, { transferSyntax, multipart }: Offer): string =>
  entityTag(instance.sha256, transferSyntax ?? '', multipart ? 'multipart' : 'single');

/** Names what is sent of an instance. */
export const contentName = ({ located, offer }: Chosen): string =>
  `${located.instance.sha256} ${offer.transferSyntax}`;

type Asking = Readonly<{ tag: string; range: AskedRange | undefined }>;

async function oneAnswer(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  { tag, range }: Asking,
): Promise<Answer> {
  if (chosen.offer.multipart) return manyAnswer(ports, [chosen], tag);
  const lease = ports.buffers.lease();
  const headers = { ...validatorHeaders(tag), 'content-type': contentTypeOf(chosen.offer) };
  if (isAsStored(chosen)) {
    const { bytes } = chosen.located.instance;
    const open = (part: ByteRange) => openStored(ports, chosen.located, { range: part, lease });
    return rangeAnswer({ tag, bytes, headers, open, sent: lease.end }, range);
  }
  return { status: 200, headers, body: await openChosen(ports, chosen, lease), sent: lease.end };
}

async function manyAnswer(
  ports: RetrieveInstancesPorts,
  chosen: readonly Chosen[],
  tag: string,
): Promise<Answer> {
  const boundary = boundaryOf(tag);
  const [first, ...others] = chosen;
  if (first === undefined) throw new Error('a series without instances is in the index');
  const { lease, endAll } = leasesOf(ports.buffers);
  const open = (each: Chosen) => openPart(ports, each, lease());
  const opened = await open(first).catch((error) => {
    endAll();
    throw error;
  });
  const parts = (async function* () {
    yield* untilTaken(opened);
    for await (const part of readAhead(others, open, READ_AHEAD)) yield* untilTaken(part);
  })();
  return {
    status: 200,
    headers: {
      ...validatorHeaders(tag),
      'content-type': multipartContentType(first.offer.mediaType, boundary),
      ...lengthHeader(chosen, boundary),
    },
    body: writeMultipart(parts, boundary),
    sent: endAll,
  };
}

type LeasedPart = Readonly<{ part: OutgoingPart; lease: BufferLease }>;

const openPart = async (
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  lease: BufferLease,
): Promise<LeasedPart> => ({
  part: { ...partHead(chosen), body: await openChosen(ports, chosen, lease) },
  lease,
});

/** Whoever asks for the next part has sent this one: its buffer may be used again. */
function* untilTaken({ part, lease }: LeasedPart): Generator<OutgoingPart> {
  try {
    yield part;
  } finally {
    lease.end();
  }
}

const partHead = ({ offer }: Chosen) =>
  ({ headers: [['Content-Type', contentTypeOf(offer)]] }) as const;

/** Known when every instance goes as it is stored. */
function lengthHeader(chosen: readonly Chosen[], boundary: string): Answer['headers'] {
  const measured = chosen.map((each) => ({ ...partHead(each), bytes: storedLength(each) ?? -1 }));
  return measured.some(({ bytes }) => bytes < 0)
    ? {}
    : { 'content-length': multipartLength(measured, boundary) };
}

const storedLength = (chosen: Chosen): number | undefined =>
  isAsStored(chosen) ? chosen.located.instance.bytes : undefined;

/** Negotiation counts a conversion of syntaxes that are forbidden on the web as «stored»: here the bytes count. */
export const isAsStored = ({ located, offer }: Chosen): boolean =>
  offer.asStored && offer.transferSyntax === located.instance.transferSyntax;

async function openChosen(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  lease: BufferLease,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const { located } = chosen;
  if (isAsStored(chosen))
    return openStored(ports, located, { range: { start: 0, end: located.instance.bytes }, lease });
  return openConverted(ports, located);
}

/** The instance in Explicit VR Little Endian. */
export async function openConverted(
  ports: RetrieveInstancesPorts,
  located: LocatedInstance,
): Promise<AsyncIterable<Buffer>> {
  const { decode } = ports;
  const converted = await transcodeToExplicitLittleEndian(instanceFile(ports, located), { decode });
  if (!converted.ok) throw new ProblemException(notConverted(converted.reason));
  return buffers(converted.chunks);
}

const openStored = (
  ports: RetrieveInstancesPorts,
  located: LocatedInstance,
  { range, lease }: Readonly<{ range: ByteRange; lease: BufferLease }>,
): Promise<Buffer | AsyncIterable<Buffer>> =>
  openInstance(ports, located, {
    range,
    allocate: lease.allocate,
    bufferBytesMax: ports.buffers.isCrowded() ? 0 : BUFFER_BYTES_MAX,
  });

async function* buffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const { buffer, byteOffset, length } of chunks)
    yield Buffer.from(buffer, byteOffset, length);
}
