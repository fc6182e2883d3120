import type { Pool } from 'pg';
import type { DueStudy } from './settle-study.js';

const STUDIES_PER_ROUND_MAX = 16;

export type QueuedStudy = DueStudy & Readonly<{ touchedAt: string }>;

/** Studies that nothing was stored into for `quietMs`. */
export async function dueStudies(pool: Pool, quietMs: number): Promise<readonly QueuedStudy[]> {
  const { rows } = await pool.query(
    `select claim, hospital, touched_at::text as "touchedAt" from settle_queue
     where touched_at < now() - make_interval(secs => $1) order by touched_at limit $2`,
    [quietMs / 1000, STUDIES_PER_ROUND_MAX],
  );
  return rows;
}

/** Takes a settled study off the queue, unless something was stored into it meanwhile. */
export async function settled(pool: Pool, { claim, touchedAt }: QueuedStudy): Promise<void> {
  await pool.query('delete from settle_queue where claim = $1 and touched_at = $2::timestamptz', [
    claim,
    touchedAt,
  ]);
}

/** Puts a study off that could not be settled now. */
export async function putOff(pool: Pool, { claim }: QueuedStudy): Promise<void> {
  await pool.query('update settle_queue set touched_at = now() where claim = $1', [claim]);
}
