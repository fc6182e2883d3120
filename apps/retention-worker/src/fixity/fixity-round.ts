import type { Pool } from 'pg';
import type { FixityLedger, FixityRound } from '#index/fixity';
import { type BatchChecked, checkBatch, placeAfter } from './check-batch.js';
import type { CheckPorts } from './check-pack.js';
import { withFixityLease } from './fixity-lease.js';

export type FixityPorts = Omit<CheckPorts, 'ledger'> &
  Readonly<{
    pool: Pool;
    ledger: FixityLedger;
    /** Names this worker among others, a UUID. */
    worker: string;
    /** Within so many days every object is read again. */
    days: number;
    /** Milliseconds since 1970. */
    nowMs: () => number;
  }>;

/** What one step did. rest: nothing is due; held: another worker is at it. */
export type FixityStep = BatchChecked | 'rest' | 'held';

const DAY_MS = 86_400_000;
/** Bytes are held against their digests when they are written: the first round can wait until the archive has begun to fill. */
const FIRST_AFTER_MS = DAY_MS;

/** Reads the next batch again when one is due, and tells what was found. */
export async function fixityStep(ports: FixityPorts, signal: AbortSignal): Promise<FixityStep> {
  const { pool, ledger, worker } = ports;
  const done = await withFixityLease(pool, worker, async (lost): Promise<FixityStep> => {
    const latest = await ledger.latest();
    if (!(await isDue(ports, latest))) return 'rest';
    const place = placeAfter(latest, new Date(ports.nowMs()).toISOString());
    const checked = await checkBatch(ports, place, AbortSignal.any([signal, lost]));
    if (checked === undefined || lost.aborted) return 'rest';
    await ledger.tellBatch(checked.told);
    return checked;
  });
  return done ?? 'held';
}

/**
 * A round begins when half of the days have passed since the last one began, so that a round may take as long again before anything is read too
 * late; or when somebody asks for one.
 */
async function isDue(
  { pool, days, nowMs }: FixityPorts,
  latest: FixityRound | undefined,
): Promise<boolean> {
  if (latest !== undefined && latest.endedAt === undefined) return true;
  const { rows } = await pool.query(
    'select (select asked_at from fixity_work) as asked_at, (select min(onboarded_at) from hospitals) as began_at',
  );
  const { asked_at: askedAt, began_at: beganAt } = rows[0];
  if (askedAt !== null && askedAt.getTime() > Date.parse(latest?.startedAt ?? '0000-01-01'))
    return true;
  if (latest !== undefined) return nowMs() - Date.parse(latest.startedAt) >= (days / 2) * DAY_MS;
  return beganAt !== null && nowMs() - beganAt.getTime() >= FIRST_AFTER_MS;
}
