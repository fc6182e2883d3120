import type { Listed, ObjectStore } from './object-store.js';
import { type PackKind, packFolder, packOfKey } from './pack.js';

/** Objects removed at a time: enough to share the flush of their folders. */
const REMOVALS_MAX = 16;

/** Keys that a report shows. */
const KEYS_SHOWN_MAX = 100;

const KINDS: readonly PackKind[] = ['landing', 'extract', 'settled'];

/**
 * `named` says which of these packs anything names (a fact at the head of the log, a job, a quarantine record, a receipt): when
 * in doubt it says so too, and when it can't know it throws. `dryRun` only reports. At most `batchMax` packs are asked for at once.
 */
export type SweepOptions = Readonly<{
  nowMs: number;
  ageMs: number;
  named: (packs: readonly string[]) => Promise<ReadonlySet<string>>;
  dryRun: boolean;
  batchMax?: number;
  signal?: AbortSignal;
}>;

/** How many packs were met: too `young` to judge, `named`, `orphans` (nothing names them); `foreign` objects are no packs and stay. `keys` are the first orphans. */
export type SweepReport = Readonly<{
  young: number;
  named: number;
  orphans: number;
  orphanBytes: number;
  removed: number;
  foreign: number;
  keys: readonly string[];
}>;

/** Removes packs older than `ageMs` that nothing names (design D1). */
export async function sweep(store: ObjectStore, options: SweepOptions): Promise<SweepReport> {
  const report = {
    young: 0,
    named: 0,
    orphans: 0,
    orphanBytes: 0,
    removed: 0,
    foreign: 0,
    keys: [] as string[],
  };
  for (const kind of KINDS)
    for await (const batch of candidates(store.list(packFolder(kind)), options, report)) {
      const orphans = await orphansOf(batch, options);
      report.named += batch.length - orphans.length;
      report.orphans += orphans.length;
      report.orphanBytes += orphans.reduce((sum, { bytes }) => sum + bytes, 0);
      report.keys.push(
        ...orphans.map(({ key }) => key).slice(0, KEYS_SHOWN_MAX - report.keys.length),
      );
      if (!options.dryRun) report.removed += await removeAll(store, orphans, options.signal);
    }
  return report;
}

type Candidate = Listed & Readonly<{ pack: string }>;

async function* candidates(
  listed: AsyncIterable<Listed>,
  { nowMs, ageMs, batchMax = 1000, signal }: SweepOptions,
  report: { young: number; foreign: number },
): AsyncGenerator<readonly Candidate[]> {
  let batch: Candidate[] = [];
  for await (const object of listed) {
    signal?.throwIfAborted();
    const pack = packOfKey(object.key);
    if (pack === undefined) report.foreign += 1;
    else if (nowMs - object.writtenAtMs < ageMs) report.young += 1;
    else batch.push({ ...object, pack });
    if (batch.length < batchMax) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function orphansOf(
  batch: readonly Candidate[],
  { named }: SweepOptions,
): Promise<readonly Candidate[]> {
  const kept = await named(batch.map(({ pack }) => pack));
  return batch.filter(({ pack }) => !kept.has(pack));
}

async function removeAll(
  store: ObjectStore,
  orphans: readonly Candidate[],
  signal: AbortSignal | undefined,
): Promise<number> {
  for (let start = 0; start < orphans.length; start += REMOVALS_MAX) {
    signal?.throwIfAborted();
    const some = orphans.slice(start, start + REMOVALS_MAX);
    await Promise.all(some.map(({ key }) => store.remove(key)));
  }
  return orphans.length;
}
