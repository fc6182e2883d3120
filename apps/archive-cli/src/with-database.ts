import type { PoolClient } from 'pg';
import type { Config } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { createPool } from '#platform/postgres-pool';

/** Does the work on one connection to the archive's database; the connection ends with it, an open transaction is undone. */
export async function withDatabase<T>(
  config: Config,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url: await findDatabase(config), name: 'arkim', connectionsMax: 1 });
  try {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}
