import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { archiveUpcasters } from '#archive/upcasters';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import type { FactPorts } from '#index/postgres/commit-facts';
import type { Config } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { createPool } from '#platform/postgres-pool';
import { openKurrent } from './archive-cli.module.js';

const CONNECTIONS_MAX = 2;
/* Facts of hospitals and revocations have no personal part; a key that wraps nothing is needed for none. */
const NO_MASTER_KEY = Buffer.alloc(32);

/** Opens the database and the log for commands whose facts aren't sealed; no object store, and no keys. */
export async function withFacts<T>(
  config: Config,
  work: (ports: FactPorts, pool: Pool) => Promise<T>,
): Promise<T> {
  const url = await findDatabase(config);
  const pool = createPool({ url, name: 'arkim', connectionsMax: CONNECTIONS_MAX });
  try {
    const kurrent = await openKurrent(config, pool);
    const keys = postgresKeyRing(pool, { masterKey: NO_MASTER_KEY, random: randomBytes });
    try {
      const ledger = { keys, upcasters: archiveUpcasters, random: randomBytes };
      return await work(
        { pool, logWithin: (client) => kurrent ?? postgresLog(client), ledger },
        pool,
      );
    } finally {
      await kurrent?.close();
    }
  } finally {
    await pool.end();
  }
}
