import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { keyLedger, LedgerBroken } from '#events/key-ledger';
import { openMasterKey } from '#events/open-master-key';
import { bindLog } from '#events/postgres/log-engine';
import { holdMasterKeys } from '#events/postgres/master-keys';
import { replayDestructions } from '#events/postgres/tell-destructions';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { forgetDestroyed } from '#index/postgres/forget-destroyed';
import type { Config } from '#platform/config';
import { masterKeyPlaces } from '#platform/master-key-places';
import { migrate } from '#platform/migrate';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { ensureSecrets } from '#platform/secrets';

export type DatabaseToPrepare = Readonly<{
  /** Logs in as the owner of everything. */
  url: string;
  migrationsFolder: string;
  dataFolder: string;
  keys: Config['keys'];
  /** Where the log is to be; undefined: in the same database. */
  kurrent?: Readonly<{ url: string; prefix: string }> | undefined;
}>;

/** What only the owner of the database may do, before the programs log in as their roles (design D17): schema, roles, the keys' fingerprint, the first findable version, and which engine holds the log. */
export async function prepareDatabase(database: DatabaseToPrepare): Promise<void> {
  const { url, migrationsFolder, dataFolder } = database;
  await migrate(url, migrationsFolder);
  const pool = createPool({ url, name: 'arkim supervisor', connectionsMax: 1 });
  try {
    await holdToLog(pool, database.kurrent);
    await ensureSecrets(dataFolder, pool);
    await holdToMasterKeys(pool, database);
    await ensureFindable(pool);
    await destroyAgain(pool, database.keys.ledgerFile);
  } finally {
    await pool.end();
  }
}

/** Refuses, in one line, a database whose master key isn't here. */
const holdToMasterKeys = async (pool: Pool, database: DatabaseToPrepare): Promise<void> => {
  const opened = openMasterKey(masterKeyPlaces(database), randomBytes);
  const refused = await holdMasterKeys(pool, { ...opened, random: randomBytes });
  if (refused !== undefined) throw new OperatorFault(refused);
};

/* Behind a restore keys may be back that were destroyed: they go once more, with what is told of their studies, before anything is served. */
const destroyAgain = async (pool: Pool, ledgerFile: string): Promise<void> => {
  await replayDestructions(pool, keyLedger(ledgerFile)).catch((cause: unknown) => {
    if (!(cause instanceof LedgerBroken)) throw cause;
    throw new OperatorFault(`${cause.message}: bring it back from the backup`, { cause });
  });
  await forgetDestroyed(pool);
};

/* The client takes 35 MB of memory: only who asks for it loads it. */
const openLog = async (settings: DatabaseToPrepare['kurrent']) => {
  if (settings === undefined) return undefined;
  const { kurrentLog } = await import('#events/kurrentdb/kurrent-log');
  return kurrentLog(settings);
};

/** Refuses, in one line, an archive whose log is where the settings don't say, or isn't to be had. */
const holdToLog = async (pool: Pool, settings: DatabaseToPrepare['kurrent']): Promise<void> => {
  const log = await openLog(settings);
  try {
    const refused = await bindLog(pool, log);
    if (refused !== undefined) throw new OperatorFault(refused);
  } catch (error) {
    if (settings === undefined || error instanceof OperatorFault) throw error;
    const told = error instanceof Error ? error.message : 'no answer';
    throw new OperatorFault(`KurrentDB doesn't let us in: ${told}`, { cause: error });
  } finally {
    await log?.close();
  }
};
