import type { PoolClient } from 'pg';
import type { Log } from '#events/log';
import { postgresLog } from '#events/postgres/postgres-log';
import type { Config } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { createPool } from '#platform/postgres-pool';
import { beginAppend, openKurrent } from './archive-cli.module.js';

/** Does the work in the transaction of a fact and its row, on one connection to the archive's database; the connection ends with it, an open transaction is undone. */
export async function withDatabase<T>(
  config: Config,
  work: (client: PoolClient, log: Log) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url: await findDatabase(config), name: 'arkim', connectionsMax: 1 });
  try {
    const kurrent = await openKurrent(config, pool);
    const client = await pool.connect();
    try {
      await beginAppend(client, kurrent);
      return await work(client, kurrent ?? postgresLog(client));
    } finally {
      client.release(true);
      await kurrent?.close();
    }
  } finally {
    await pool.end();
  }
}
