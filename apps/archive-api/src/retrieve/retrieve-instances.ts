import {
  type FrameDecoder,
  transcodeFailure,
  transcodeToExplicitLittleEndian,
} from '#dicom/transcode';
import {
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { Answer } from '../answer.js';
import { ProblemException } from '../problem.js';
import { readAhead } from '../read-ahead.js';
import { BOUNDARY } from './boundary.js';
import { instanceFile } from './instance-file.js';
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
import { entityTag, isUnchanged, unchanged, validatorHeaders } from './validator.js';

export type InstancesRequest = Readonly<{
  target: Target;
  asked: Asked;
  ifNoneMatch: string | undefined;
}>;

export type RetrieveInstancesPorts = LocatePorts &
  ReadPorts &
  Readonly<{ choose: ChooseRepresentation; decode: FrameDecoder; buffers: BufferPool }>;

/** Of a list, instances up to this are read whole, a few ahead; larger ones are streamed. Memory stays flat either way. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;
const READ_AHEAD = 4;

type Chosen = Readonly<{ located: LocatedInstance; offer: Offer }>;

/** Retrieve Study, Series, Instance (PS3.18 §10.4.1.1). All forms are agreed on before the first byte. */
export async function retrieveInstances(
  ports: RetrieveInstancesPorts,
  { target, asked, ifNoneMatch }: InstancesRequest,
): Promise<Answer> {
  const { series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const located = await locateInstance(ports, { ...target, series, instance });
    const offer = ports.choose('instance', asked, located.instance.transferSyntax, true);
    const tag = instanceTag(located, offer);
    if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
    return oneAnswer(ports, { located, offer }, validatorHeaders(tag));
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
  return manyAnswer(ports, chosen, {});
}

const instanceTag = ({ instance }: LocatedInstance, { transferSyntax, multipart }: Offer): string =>
  entityTag(instance.sha256, transferSyntax ?? '', multipart ? BOUNDARY : 'single');

async function oneAnswer(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  headers: Answer['headers'],
): Promise<Answer> {
  if (chosen.offer.multipart) return manyAnswer(ports, [chosen], headers);
  const lease = ports.buffers.lease();
  const body = await openChosen(ports, chosen, lease);
  const length = storedLength(chosen);
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': contentTypeOf(chosen.offer),
      ...(length === undefined ? {} : { 'content-length': length }),
    },
    body,
    sent: lease.end,
  };
}

async function manyAnswer(
  ports: RetrieveInstancesPorts,
  chosen: readonly Chosen[],
  headers: Answer['headers'],
): Promise<Answer> {
  const [first, ...others] = chosen;
  if (first === undefined) throw new Error('a series without instances is in the index');
  const opened = await openPart(ports, first);
  const parts = (async function* () {
    yield* untilTaken(opened);
    for await (const part of readAhead(others, openPart.bind(undefined, ports), READ_AHEAD))
      yield* untilTaken(part);
  })();
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(first.offer.mediaType, BOUNDARY),
      ...lengthHeader(chosen),
    },
    body: writeMultipart(parts, BOUNDARY),
  };
}

type LeasedPart = Readonly<{ part: OutgoingPart; lease: BufferLease }>;

const openPart = async (ports: RetrieveInstancesPorts, chosen: Chosen): Promise<LeasedPart> => {
  const lease = ports.buffers.lease();
  return { part: { ...partHead(chosen), body: await openChosen(ports, chosen, lease) }, lease };
};

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
function lengthHeader(chosen: readonly Chosen[]): Answer['headers'] {
  const measured = chosen.map((each) => ({ ...partHead(each), bytes: storedLength(each) ?? -1 }));
  return measured.some(({ bytes }) => bytes < 0)
    ? {}
    : { 'content-length': multipartLength(measured, BOUNDARY) };
}

const storedLength = (chosen: Chosen): number | undefined =>
  isAsStored(chosen) ? chosen.located.instance.bytes : undefined;

/** Negotiation counts a conversion of syntaxes that are forbidden on the web as «stored»: here the bytes count. */
const isAsStored = ({ located, offer }: Chosen): boolean =>
  offer.asStored && offer.transferSyntax === located.instance.transferSyntax;

async function openChosen(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  { allocate }: BufferLease,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const { located } = chosen;
  if (isAsStored(chosen)) {
    const range = { start: 0, end: located.instance.bytes };
    return openInstance(ports, located, { range, allocate, bufferBytesMax: BUFFER_BYTES_MAX });
  }
  const { decode } = ports;
  const converted = await transcodeToExplicitLittleEndian(instanceFile(ports, located), { decode });
  if (!converted.ok) throw new ProblemException(notConverted(converted.reason));
  return buffers(converted.chunks);
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
