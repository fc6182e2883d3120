import { randomUUID } from 'node:crypto';
import { isUid } from '#dicom/uid';
import { parseBulkMediaType } from '#dicomweb/bulk-media-type';
import type { MultipartPart } from '#dicomweb/multipart-reader';
import { type IngestJob, ingestJobOf, type JobPart } from '#storage/ingest-job';
import { type Landed, type LandingPart, writeLandingPack } from '#storage/landing-pack';
import type { ObjectStore } from '#storage/object-store';
import { bodyTooLarge, malformedBody, ProblemException } from '../../problem.js';
import type { ReceiveLimits } from '../receive-limits.js';
import type { Receiving } from '../receiving.js';
import { type Built, buildInstance, type Materials, member } from './build-instance.js';
import { addressKey, type BulkPart, byAddress, countUses } from './bulk-parts.js';
import type { ByteBudget } from './byte-budget.js';
import { type MetadataRead, metadataFormatOf, readMetadataPart } from './metadata-part.js';

export type MetadataPorts = Readonly<{ objects: ObjectStore; budget: ByteBudget }>;

type Refused = Extract<JobPart, { refused: unknown }>;

/**
 * Metadata with bulk data (PS3.18 §10.5.1.4, §8.6.1.2): bulk data goes to a landing pack that nothing names, from which the
 * files are built into the packs of the job; then it is removed. A crash leaves bytes for the sweeper. Instances come first
 * among the parts of the job, in the order of the metadata, then bulk data that no metadata names.
 */
export async function receiveMetadata(
  { objects, budget }: MetadataPorts,
  receiving: Receiving,
  limits: ReceiveLimits,
): Promise<IngestJob> {
  const share = budget.share();
  const spooled: string[] = [];
  try {
    const read = { bytes: 0, bytesMax: limits.metadataBytesMax, share };
    const received = await spool({ objects, receiving, limits, read, spooled });
    receiving.bodyEnded();
    return await buildAll({ objects, receiving, limits }, received);
  } finally {
    share.giveBack();
    for (const key of spooled) await objects.remove(key);
  }
}

type Spooling = Readonly<{
  objects: ObjectStore;
  receiving: Receiving;
  limits: ReceiveLimits;
  read: MetadataRead;
  /** Keys of the packs, to be removed. */
  spooled: string[];
}>;

type Received = Readonly<{ dataSets: readonly unknown[]; bulk: readonly BulkPart[] }>;

async function spool({ objects, receiving, limits, read, spooled }: Spooling): Promise<Received> {
  const dataSets: unknown[] = [];
  const named: Omit<BulkPart, 'place'>[] = [];
  const parts = bulkOnly(receiving.parts, async ({ headers, body }) => {
    const format = metadataFormatOf(headers.get('content-type') ?? receiving.rootWithout(headers));
    if (format === undefined) {
      const key = addressKey(headers.get('content-location') ?? '');
      named.push({ key, type: parseBulkMediaType(headers.get('content-type')) });
      return true;
    }
    for (const dataSet of await readMetadataPart(body, format, read)) dataSets.push(dataSet);
    if (dataSets.length > limits.partsMax) throw new ProblemException(bodyTooLarge());
    return false;
  });
  const landed = await writeLandingPack(
    objects,
    landingOf(receiving, limits),
    parts,
    receiving.signal,
  );
  for (const { key } of landed.packs) spooled.push(key);
  if (dataSets.length === 0) throw new ProblemException(malformedBody('no-metadata.'));
  const places = placesOf(landed);
  return { dataSets, bulk: named.map((part, index) => ({ ...part, place: places.get(index) })) };
}

/** Lets through the parts that `isBulk` says yes to; it reads the others. */
async function* bulkOnly(
  parts: AsyncIterable<MultipartPart>,
  isBulk: (part: MultipartPart) => Promise<boolean>,
): AsyncGenerator<LandingPart> {
  for await (const part of parts) if (await isBulk(part)) yield { body: part.body };
}

const landingOf = ({ request }: Receiving, { landing }: ReceiveLimits) => ({
  request,
  newPackId: randomUUID,
  limits: landing,
});

const placesOf = ({ packs }: Landed) =>
  new Map(
    packs.flatMap(({ key, entries }) =>
      entries.map(({ part, offset, bytes }) => [part, { key, offset, bytes }] as const),
    ),
  );

type Building = Readonly<{ objects: ObjectStore; receiving: Receiving; limits: ReceiveLimits }>;

async function buildAll(
  { objects, receiving, limits }: Building,
  { dataSets, bulk }: Received,
): Promise<IngestJob> {
  const uses = countUses(dataSets);
  const refused: Refused[] = unusedBulk(bulk, uses, dataSets.length);
  const numbers: number[] = [];
  const refuse = (part: number, why: Refused['refused']) =>
    refused.push({ part, refused: why, ...namesOf(dataSets[part]) });
  const materials = { objects, bulk: byAddress(bulk), uses };
  const files = built(materials, dataSets, (part, result) => {
    if (result.ok) numbers.push(part);
    else refuse(part, result.refused);
  });
  const landed = await writeLandingPack(objects, landingOf(receiving, limits), files);
  for (const { part, reason } of landed.refusedParts) refuse(numbers[part] ?? part, reason);
  const job = ingestJobOf(receiving.job, renumbered(landed, numbers));
  return { ...job, parts: [...job.parts, ...refused].sort((a, b) => a.part - b.part) };
}

async function* built(
  materials: Materials,
  dataSets: readonly unknown[],
  tell: (part: number, result: Built) => void,
): AsyncGenerator<LandingPart> {
  for (const [part, dataSet] of dataSets.entries()) {
    const result = await buildInstance(materials, dataSet);
    tell(part, result);
    if (result.ok) yield { body: result.body, bytesExpected: result.bytes };
  }
}

/** Bulk data that no metadata names was meant for something that isn't stored as it was meant. */
const unusedBulk = (
  bulk: readonly BulkPart[],
  uses: ReadonlyMap<string, number>,
  firstPart: number,
): Refused[] =>
  bulk
    .filter(({ key }) => !uses.has(key))
    .map((_, index) => ({ part: firstPart + index, refused: 'not-built' }));

/** The parts of the packs under the numbers of their instances; refused ones are told otherwise. */
const renumbered = ({ packs }: Landed, numbers: readonly number[]): Landed => ({
  refusedParts: [],
  packs: packs.map((pack) => ({
    ...pack,
    entries: pack.entries.map((entry) => ({ ...entry, part: numbers[entry.part] ?? entry.part })),
  })),
});

function namesOf(dataSet: unknown): Readonly<{ sopClass?: string; instance?: string }> {
  const sopClass = uidIn(dataSet, '00080016');
  const instance = uidIn(dataSet, '00080018');
  return {
    ...(sopClass === undefined ? {} : { sopClass }),
    ...(instance === undefined ? {} : { instance }),
  };
}

function uidIn(dataSet: unknown, tag: string): string | undefined {
  const values = member(member(dataSet, tag), 'Value');
  const [value] = Array.isArray(values) ? (values as readonly unknown[]) : [];
  return typeof value === 'string' && isUid(value) ? value : undefined;
}
