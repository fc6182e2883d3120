import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { openMasterKey } from '#events/open-master-key';
import type { MasterKeys } from '#events/postgres/master-keys';
import { readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { masterKeyPlaces } from '#platform/master-key-places';
import { createPool } from '#platform/postgres-pool';

const CONNECTIONS_MAX = 2;
/** To look who is wrapped by a version reads the whole table of keys. */
const STATEMENT_MS_MAX = 3_600_000;

/** Opens the database and the master key that the settings name for the time of `work`. */
export async function withMasterKey<T>(work: (pool: Pool, keys: MasterKeys) => Promise<T>) {
  const config = readConfig();
  const pool = createPool({
    url: await findDatabase(config),
    name: 'arkim',
    connectionsMax: CONNECTIONS_MAX,
    statementMsMax: STATEMENT_MS_MAX,
  });
  try {
    const opened = openMasterKey(masterKeyPlaces(config), randomBytes);
    return await work(pool, { ...opened, random: randomBytes });
  } finally {
    await pool.end();
  }
}
