import type { Pool, PoolClient } from 'pg';
import { SWITCH_LOCK } from '../switch-lock.js';

/** Does the work on a connection of its own, once at a time per name. Locks and temporary tables go with the connection when it fails. */
export async function withRebuildLock<T>(
  pool: Pool,
  name: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | 'running'> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtext($1)) as locked', [
      name,
    ]);
    const done = rows[0]?.locked === true ? await work(client) : 'running';
    await client.query('select pg_advisory_unlock_all()');
    client.release();
    return done;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** With a log elsewhere: ends what dead processes intended to append (ADR 16). */
export type EndIntents = () => Promise<unknown>;

const ENDS_MAX = 100;

/** Waits for the appends that run and keeps new ones out, until `letAppendsIn`. From then on rows are what the log says: no append is left that lacks its rows. */
export async function keepAppendsOut(client: PoolClient, endIntents?: EndIntents): Promise<void> {
  for (let ends = 0; ends < ENDS_MAX; ends++) {
    await client.query('select pg_advisory_lock(hashtext($1))', [SWITCH_LOCK]);
    await client.query(`select set_config('arkim.kept_out_since', clock_timestamp()::text, false)`);
    if (endIntents === undefined) return;
    const { rowCount } = await client.query('select 1 from log_intents limit 1');
    if (rowCount === 0) return;
    await letAppendsIn(client);
    await endIntents();
  }
  throw new Error('there is always another append that a dead process intended');
}

/** Ends `keepAppendsOut`; answers with how many milliseconds appends were kept out. */
export async function letAppendsIn(client: PoolClient): Promise<number> {
  const { rows } = await client.query(
    `select pg_advisory_unlock(hashtext($1)),
       extract(epoch from clock_timestamp() - current_setting('arkim.kept_out_since')::timestamptz) * 1000 as ms`,
    [SWITCH_LOCK],
  );
  return Math.round(Number(rows[0]?.ms));
}
