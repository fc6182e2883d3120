import { ensureFindable } from '#index/postgres/ensure-findable';
import { migrate } from '#platform/migrate';
import { createPool } from '#platform/postgres-pool';
import { ensureSecrets } from '#platform/secrets';

export type DatabaseToPrepare = Readonly<{
  /** Logs in as the owner of everything. */
  url: string;
  migrationsFolder: string;
  dataFolder: string;
}>;

/** What only the owner of the database may do, before the programs log in as their roles (design D17): schema, roles, the keys' fingerprint, the first findable version. */
export async function prepareDatabase(database: DatabaseToPrepare): Promise<void> {
  const { url, migrationsFolder, dataFolder } = database;
  await migrate(url, migrationsFolder);
  const pool = createPool({ url, name: 'arkim supervisor', connectionsMax: 1 });
  try {
    await ensureSecrets(dataFolder, pool);
    await ensureFindable(pool);
  } finally {
    await pool.end();
  }
}
