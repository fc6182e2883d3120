import type { Pool } from 'pg';
import { writeSchedules } from '#index/postgres/write-schedules';

const ROUNDS_MAX = 50;

/** Makes the schedules of all that has changed. */
export async function schedule(pool: Pool): Promise<void> {
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    const { isBusy, subjects } = await writeSchedules(pool);
    if (!isBusy && subjects === 0) return;
  }
  throw new Error('schedules change and change');
}

/** Places a hold, or takes it off. */
export async function hold(pool: Pool, claim: string, isHeld: boolean): Promise<void> {
  if (isHeld)
    await pool.query(
      `insert into study_holds (placement, claim, hold, hospital) values ($1 || '/h', $1, 'h', 'HOSP-A') on conflict do nothing`,
      [claim],
    );
  else await pool.query('delete from study_holds where claim = $1', [claim]);
}

/** Somebody claims against the hospital for this study: what keeps it is suspended while that is open. */
export const dispute = (pool: Pool, claim: string) =>
  pool.query(
    `insert into retention_disputes (id, subject, scope, hospital, from_day) values ('d' || $1, $1, 'study', 'HOSP-A', '2020-01-01') on conflict do nothing`,
    [claim],
  );
