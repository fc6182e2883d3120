import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { OperatorFault } from './operator-fault.js';
import { createSecretFile } from './secrets/secret-file.js';

/** 32 bytes each: the master key wraps the keys of studies (design D12), the lookup key makes opaque ids. */
export type Secrets = Readonly<{ masterKey: Buffer; lookupKey: Buffer }>;

const KEY_BYTES = 32;
const FINGERPRINT_KEY = 'keys';

/** Reads `keys/master.key` and `keys/lookup.key` of the data folder; throws OperatorFault when one isn't there. */
export async function readSecrets(dataFolder: string): Promise<Secrets> {
  const secrets = await findSecrets(dataFolder);
  if (!secrets)
    throw new OperatorFault(`no keys in ${keyFolder(dataFolder)}: start the archive there first`);
  return secrets;
}

/**
 * Makes the keys on the first start and from then on holds them against the fingerprint in the database. Data without
 * its keys, or with another archive's, is refused: new keys would make everything sealed unreadable for good.
 */
export async function ensureSecrets(dataFolder: string, pool: pg.Pool): Promise<Secrets> {
  const found = await findSecrets(dataFolder);
  const known = await pool.query<{ value: string }>(
    'select value from platform_state where key = $1',
    [FINGERPRINT_KEY],
  );
  const expected = known.rows[0]?.value;
  if (!found && expected !== undefined)
    throw new OperatorFault(
      `the database has data, but its keys aren't in ${keyFolder(dataFolder)}: bring them back from the backup`,
    );
  const secrets = found ?? (await createSecrets(dataFolder));
  const fingerprint = fingerprintOf(secrets);
  if (expected === undefined) await remember(pool, fingerprint);
  else if (expected !== fingerprint)
    throw new OperatorFault(`the keys in ${keyFolder(dataFolder)} are not those of this database`);
  return secrets;
}

async function createSecrets(dataFolder: string): Promise<Secrets> {
  const folder = keyFolder(dataFolder);
  await createSecretFile(folder, 'master.key', KEY_BYTES);
  await createSecretFile(folder, 'lookup.key', KEY_BYTES);
  return readSecrets(dataFolder);
}

/* One of two is what a kill between the two leaves: nothing was sealed yet, the missing one is made. */
async function findSecrets(dataFolder: string): Promise<Secrets | undefined> {
  const [masterKey, lookupKey] = await Promise.all([
    readKey(join(keyFolder(dataFolder), 'master.key')),
    readKey(join(keyFolder(dataFolder), 'lookup.key')),
  ]);
  return masterKey && lookupKey ? { masterKey, lookupKey } : undefined;
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const key = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new OperatorFault(`the key ${file} can't be read: ${error.code}`, { cause: error });
  });
  if (key && key.length !== KEY_BYTES)
    throw new OperatorFault(`the key ${file} has ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}

const fingerprintOf = ({ masterKey, lookupKey }: Secrets) =>
  createHash('sha256').update('arkim keys 1\0').update(masterKey).update(lookupKey).digest('hex');

const remember = (pool: pg.Pool, fingerprint: string) =>
  pool.query('insert into platform_state (key, value) values ($1, $2)', [
    FINGERPRINT_KEY,
    fingerprint,
  ]);

const keyFolder = (dataFolder: string) => join(dataFolder, 'keys');
