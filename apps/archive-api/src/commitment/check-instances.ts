import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { CommitmentFailure, type CommitmentReference } from '#dicomweb/storage-commitment';
import type { Findable } from '#index/findable';
import type { OpaqueIds } from '#index/opaque-ids';
import type { InstanceView, SeriesView } from '#index/series-view';
import type { ObjectStore } from '#storage/object-store';

export type CheckPorts = Readonly<{
  pool: Pool;
  objects: ObjectStore;
  findable: Findable;
  ids: OpaqueIds;
}>;

type Reason = number | null;

const LOOK_UPS_MAX = 1_000;

/**
 * What can be promised of each reference (PS3.18 §13): null for an instance that the hospital finds under its SOP Class, of which
 * every byte was read again and has the digest of the log; else the failure reason. `signal` ends the work between two chunks.
 */
export async function checkInstances(
  ports: CheckPorts,
  hospital: string,
  references: readonly CommitmentReference[],
  signal: AbortSignal,
): Promise<readonly Reason[]> {
  const reasons: Reason[] = [];
  for (let at = 0; at < references.length; at += LOOK_UPS_MAX) {
    const some = references.slice(at, at + LOOK_UPS_MAX);
    const reserved = await readReserved(ports, hospital, some);
    const views = new Map<string, SeriesView | undefined>();
    for (const [index, reference] of some.entries()) {
      signal.throwIfAborted();
      const held = reserved[index];
      const found = held && (await viewOf(ports.findable, views, held.series));
      const checked = { reference, held, found, hospital };
      reasons.push(refusal(ports.ids, checked) ?? (await readAgain(ports, checked, signal)));
    }
  }
  return reasons;
}

type Reserved = Readonly<{ series: string; sha256: string }>;

/** What is reserved for each reference (design D6), undefined where nothing is. */
async function readReserved(
  { pool, ids }: CheckPorts,
  hospital: string,
  references: readonly CommitmentReference[],
): Promise<readonly (Reserved | undefined)[]> {
  const keys = references.map(({ instance }) => ids.instance(hospital, instance));
  const { rows } = await pool.query<{ uid_hash: Buffer; series: string; sha256: Buffer }>({
    name: 'commitment-reserved',
    text: 'select uid_hash, series, sha256 from reservations where uid_hash = any($1)',
    values: [keys],
  });
  const found = new Map(
    rows.map(({ uid_hash, series, sha256 }) => [
      uid_hash.toString('hex'),
      { series, sha256: sha256.toString('hex') },
    ]),
  );
  return keys.map((key) => found.get(key.toString('hex')));
}

/** What is rejected is kept, and so committed, as anything else. */
async function viewOf(
  findable: Findable,
  views: Map<string, SeriesView | undefined>,
  series: string,
): Promise<SeriesView | undefined> {
  if (!views.has(series)) views.set(series, (await findable.wholeSeries(series))?.view);
  return views.get(series);
}

type Checked = Readonly<{
  reference: CommitmentReference;
  held: Reserved | undefined;
  found: SeriesView | undefined;
  hospital: string;
}>;

/** What can be refused without reading a byte. */
function refusal(ids: OpaqueIds, { reference, held, found, hospital }: Checked): Reason {
  const { under, instance, sopClass } = reference;
  if (held === undefined) return CommitmentFailure.NoSuchObjectInstance;
  if (under !== undefined && ids.series(hospital, under.study, under.series) !== held.series)
    return CommitmentFailure.NoSuchObjectInstance;
  const view = found?.instances.get(instance);
  if (view === undefined || view.sha256 !== held.sha256) return CommitmentFailure.ProcessingFailure;
  return view.sopClass === sopClass ? null : CommitmentFailure.ClassInstanceConflict;
}

/** Reads every byte again; settling may move them meanwhile, so what is gone is looked up once more. */
async function readAgain(
  { objects, findable }: CheckPorts,
  { reference, found }: Checked,
  signal: AbortSignal,
): Promise<Reason> {
  const held = found?.instances.get(reference.instance);
  if (found === undefined || held === undefined) return CommitmentFailure.ProcessingFailure;
  const digest =
    (await digestOf(objects, held, signal)) ??
    (await digestAfterMove(objects, findable, { found, held, signal }));
  return digest === held.sha256 ? null : CommitmentFailure.ProcessingFailure;
}

async function digestAfterMove(
  objects: ObjectStore,
  findable: Findable,
  { found, held, signal }: Readonly<{ found: SeriesView; held: InstanceView; signal: AbortSignal }>,
): Promise<string | undefined> {
  const fresh = await findable.wholeSeries(found.series);
  const moved = fresh?.view.instances.get(held.instance);
  return moved && digestOf(objects, moved, signal);
}

/** Undefined when the object that the place names is not there. */
async function digestOf(
  objects: ObjectStore,
  { place: { key, offset, bytes } }: InstanceView,
  signal: AbortSignal,
): Promise<string | undefined> {
  const size = await objects.size(key);
  if (size === undefined || size < offset + bytes) return undefined;
  const stream = await objects.stream(key, { start: offset, end: offset + bytes }, signal);
  if (stream === undefined) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
