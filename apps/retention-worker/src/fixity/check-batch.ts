import type { FixityBatchVerified } from '#archive/fixity-events';
import type { FixityRound } from '#index/fixity';
import { type CheckPorts, checkPack, type ListedPack } from './check-pack.js';

/** A batch ends with the pack that reaches one of these: what a death makes read again is bounded. */
const PACKS_MAX = 500;
const BYTES_MAX = 4 * 1024 ** 3;
const BATCH_MS_MAX = 600_000;
/** So many packs missing one after the other are no damage of theirs: the place where they lie isn't there. */
const MISSING_IN_A_ROW_MAX = 20;

/** Where a batch begins: behind pack `after`, as number `number` of round `round`. */
export type BatchPlace = Readonly<{
  round: number;
  number: number;
  after: string;
  roundStartedAt: string;
}>;

/** What a batch was found to be. `healed`: packs brought back from the second copy, among the damaged. */
export type BatchChecked = Readonly<{ told: FixityBatchVerified['data']; healed: number }>;

/** The place behind all that was told of the round, or the start of a round after it. */
export const placeAfter = (latest: FixityRound | undefined, startedAt: string): BatchPlace => {
  if (latest === undefined || latest.endedAt !== undefined)
    return { round: (latest?.round ?? 0) + 1, number: 1, after: '', roundStartedAt: startedAt };
  const { round, batches, through, startedAt: roundStartedAt } = latest;
  return { round, number: batches + 1, after: through, roundStartedAt };
};

/** Reads the next packs again. Undefined when there was nothing to read and no round to end, or the signal came before the first. */
export async function checkBatch(
  ports: CheckPorts & Readonly<{ nowMs: () => number }>,
  place: BatchPlace,
  signal: AbortSignal,
): Promise<BatchChecked | undefined> {
  const listed = await listPacks(ports, place.after);
  const endMs = ports.nowMs() + BATCH_MS_MAX;
  const counts = { packs: 0, bytes: 0, damaged: 0, healed: 0, missing: 0 };
  let read = 0;
  for (const one of listed) {
    if (signal.aborted || counts.bytes >= BYTES_MAX || ports.nowMs() > endMs) break;
    const checked = await checkPack(ports, one, signal);
    read++;
    if (checked.outcome === 'removed') continue;
    count(counts, checked);
  }
  const isLast = read === listed.length && listed.length < PACKS_MAX;
  if (read === 0 && (!isLast || place.number === 1)) return undefined;
  const { healed, missing: _missing, ...figures } = counts;
  const last = listed[read - 1]?.pack ?? place.after;
  const { round, number, roundStartedAt } = place;
  const batch = `${round}-${number}`;
  const first = listed[0]?.pack ?? last;
  return {
    told: { batch, round, number, first, last, ...figures, isLast, roundStartedAt },
    healed,
  };
}

type Counts = { packs: number; bytes: number; damaged: number; healed: number; missing: number };

function count(counts: Counts, { outcome, bytes }: Awaited<ReturnType<typeof checkPack>>): void {
  counts.packs++;
  counts.bytes += bytes;
  if (outcome === 'damaged' || outcome === 'healed') counts.damaged++;
  if (outcome === 'healed') counts.healed++;
  counts.missing = outcome === 'damaged' && bytes === 0 ? counts.missing + 1 : 0;
  if (counts.missing >= MISSING_IN_A_ROW_MAX)
    throw new Error('packs are missing one after the other: are the objects where they should be?');
}

async function listPacks(
  { findable }: Pick<CheckPorts, 'findable'>,
  after: string,
): Promise<readonly ListedPack[]> {
  const rows = await findable.rows({
    text: `select distinct pack, key, kind from {schema}.packs where pack > $1 order by pack limit ${PACKS_MAX}`,
    values: [after],
  });
  return rows as readonly ListedPack[];
}
