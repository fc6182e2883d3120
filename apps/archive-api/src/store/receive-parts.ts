import { randomUUID } from 'node:crypto';
import { parseMediaType } from '#dicomweb/media-type';
import { MultipartError } from '#dicomweb/multipart-error';
import { MULTIPART_BOUNDS, type MultipartPart, readMultipart } from '#dicomweb/multipart-reader';
import { type IngestJob, ingestJobOf } from '#storage/ingest-job';
import { type LandingPart, writeLandingPack } from '#storage/landing-pack';
import { ObjectRefused, type ObjectStore } from '#storage/object-store';
import { gatherPacks, SMALL_LANDING_BYTES_MAX, smallPackId } from '#storage/small-landing';
import {
  bodyTooLarge,
  bodyTooSlow,
  malformedBody,
  objectStoreUnavailable,
  ProblemException,
  storageFull,
  storageUnavailable,
  unsupportedMediaType,
} from '../problem.js';
import { type MetadataPorts, receiveMetadata } from './metadata/receive-metadata.js';
import type { ReceiveLimits } from './receive-limits.js';
import type { Receiving } from './receiving.js';
import { lengthOf, type StoreRoot } from './store-head.js';

/** A Store request whose head was accepted; `root` is the media type of its root part, `source` its raw body, `bytesExpected` its length if the head says so. */
export type StoreBody = Readonly<{
  hospital: string;
  actor: string;
  study: string | null;
  boundary: string;
  root: StoreRoot;
  source: AsyncIterable<Buffer>;
  bytesExpected: number | undefined;
}>;

const RETRY_SECONDS = 30;
/** Fewer bytes than this in the longest time without a byte count as none: who trickles holds a place for nothing. */
const PROGRESS_BYTES_MIN = 16 * 1024;

/** Writes every part durably, byte for byte as it came, and says what the job of the workers will be. Throws ProblemException for what the client did, and then nothing names the bytes. */
export async function receiveParts(
  ports: MetadataPorts,
  body: StoreBody,
  limits: ReceiveLimits,
): Promise<IngestJob> {
  const idle = idleWatch(limits.idleMsMax);
  try {
    const receiving = receivingOf(body, limits, idle);
    if (body.root !== 'application/dicom') return await receiveMetadata(ports, receiving, limits);
    return isSmall(body)
      ? await receiveSmall(receiving, limits)
      : await receiveFiles(ports.objects, receiving, limits);
  } catch (error) {
    throw clientsFault(error) ?? error;
  } finally {
    idle.end();
  }
}

function receivingOf(
  { hospital, actor, study, boundary, root, source }: StoreBody,
  { requestBytesMax, partsMax, partHeaderBytesMax }: ReceiveLimits,
  idle: IdleWatch,
): Receiving {
  const id = randomUUID();
  const bytes = bounded(source, requestBytesMax, idle);
  return {
    job: { id, hospital, actor, study },
    request: { request: id, hospital, caller: actor },
    parts: readMultipart(bytes, boundary, { ...MULTIPART_BOUNDS, partsMax, partHeaderBytesMax }),
    signal: idle.signal,
    bodyEnded: idle.end,
    rootWithout: (headers) => (headers.has('content-location') ? undefined : root),
  };
}

async function receiveFiles(
  objects: ObjectStore,
  { job, request, parts, signal }: Receiving,
  { landing: limits }: ReceiveLimits,
): Promise<IngestJob> {
  const landing = { request, newPackId: randomUUID, limits };
  return ingestJobOf(job, await writeLandingPack(objects, landing, landingParts(parts), signal));
}

const isSmall = ({ bytesExpected }: StoreBody): boolean =>
  bytesExpected !== undefined && bytesExpected <= SMALL_LANDING_BYTES_MAX;

/** Its packs commit with the job. */
async function receiveSmall(
  { job, request, parts, signal }: Receiving,
  { landing: limits }: ReceiveLimits,
): Promise<IngestJob> {
  const { target, packs } = gatherPacks();
  const landing = { request, newPackId: smallPackId, limits };
  const landed = await writeLandingPack(target, landing, landingParts(parts), signal);
  const named = new Set(landed.packs.map(({ key }) => key));
  return { ...ingestJobOf(job, landed), bodies: packs.filter(({ key }) => named.has(key)) };
}

async function* landingParts(parts: AsyncIterable<MultipartPart>): AsyncGenerator<LandingPart> {
  for await (const { headers, body } of parts) {
    if (!isDicom(headers.get('content-type')))
      throw new ProblemException(unsupportedMediaType('A part is not application/dicom.'));
    const bytesExpected = lengthOf(headers.get('content-length'));
    yield bytesExpected === undefined ? { body } : { body, bytesExpected };
  }
}

/** A part without a type has that of the request. */
function isDicom(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const parsed = parseMediaType(contentType);
  return (
    parsed.ok && parsed.mediaType.type === 'application' && parsed.mediaType.subtype === 'dicom'
  );
}

async function* bounded(source: AsyncIterable<Buffer>, bytesMax: number, idle: IdleWatch) {
  let bytes = 0;
  let noted = 0;
  for await (const chunk of source) {
    idle.waitsFor('store');
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ProblemException(bodyTooLarge());
    if (bytes - noted >= PROGRESS_BYTES_MIN) {
      noted = bytes;
      idle.restart();
    }
    yield chunk;
    idle.waitsFor('client');
  }
  idle.waitsFor('store');
}

type IdleWatch = Readonly<{
  signal: AbortSignal;
  restart: () => void;
  /** Whose turn it is: what takes too long then is that one's doing. */
  waitsFor: (whom: 'client' | 'store') => void;
  end: () => void;
}>;

function idleWatch(idleMsMax: number): IdleWatch {
  const controller = new AbortController();
  let awaited: 'client' | 'store' = 'client';
  const timer = setTimeout(() => {
    const problem = awaited === 'client' ? bodyTooSlow() : objectStoreUnavailable(RETRY_SECONDS);
    controller.abort(new ProblemException(problem));
  }, idleMsMax);
  return {
    signal: controller.signal,
    restart: () => void timer.refresh(),
    waitsFor: (whom) => {
      awaited = whom;
    },
    end: () => clearTimeout(timer),
  };
}

function clientsFault(error: unknown): ProblemException | undefined {
  if (error instanceof MultipartError) {
    const tooMany = error.reason === 'too-many-parts';
    return new ProblemException((tooMany ? bodyTooLarge : malformedBody)(`${error.reason}.`));
  }
  if (!(error instanceof ObjectRefused) || error.refusal === 'exists') return undefined;
  const full = error.refusal === 'no-space';
  return new ProblemException((full ? storageFull : storageUnavailable)(RETRY_SECONDS));
}
