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

/** Waits for the appends that run and keeps new ones out, until `letAppendsIn`. */
export async function keepAppendsOut(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [SWITCH_LOCK]);
}

/** Ends `keepAppendsOut`. */
export async function letAppendsIn(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_unlock(hashtext($1))', [SWITCH_LOCK]);
}
