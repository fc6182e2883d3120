import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import { derivationKeyOf } from './derived-key.js';
import { readKeyFile } from './master-key-files.js';
import { OperatorFault } from './operator-fault.js';
import { createSecretFile } from './secrets/secret-file.js';

/**
 * 32 bytes each, beside the master key: the lookup key makes opaque ids, the derivation key all secrets that nobody keeps.
 * Neither changes when the master key does.
 */
export type Secrets = Readonly<{ lookupKey: Buffer; derivationKey: Buffer }>;

const KEY_BYTES = 32;
const FINGERPRINT_KEY = 'keys';

/** Reads `keys/lookup.key` and `keys/derivation.key` of the data folder; throws OperatorFault when they aren't there. */
export async function readSecrets(dataFolder: string): Promise<Secrets> {
  const secrets = await findSecrets(dataFolder);
  if (!secrets)
    throw new OperatorFault(`no keys in ${keyFolder(dataFolder)}: start the archive there first`);
  return secrets;
}

/**
 * Makes these keys on the first start and from then on holds them against the fingerprint in the database. Data without
 * its keys, or with another archive's, is refused: new keys would make everything sealed unreadable for good.
 */
export async function ensureSecrets(dataFolder: string, pool: pg.Pool): Promise<Secrets> {
  const expected = await remembered(pool);
  const found = await findSecrets(dataFolder);
  if (!found && expected !== undefined)
    throw new OperatorFault(
      `the database has data, but its keys aren't in ${keyFolder(dataFolder)}: bring them back from the backup`,
    );
  const secrets = found ?? (await createSecrets(dataFolder));
  const fingerprint = fingerprintOf(secrets);
  if (expected !== undefined && expected !== fingerprint && expected !== (await before(dataFolder)))
    throw new OperatorFault(`the keys in ${keyFolder(dataFolder)} are not those of this database`);
  await createSecretFile(keyFolder(dataFolder), DERIVATION, secrets.derivationKey);
  if (expected !== fingerprint) await remember(pool, fingerprint);
  return secrets;
}

/** Puts the keys of a backup into the data folder; throws OperatorFault when others are there. */
export async function restoreSecrets(dataFolder: string, secrets: Secrets): Promise<void> {
  const folder = keyFolder(dataFolder);
  await createSecretFile(folder, LOOKUP, secrets.lookupKey);
  await createSecretFile(folder, DERIVATION, secrets.derivationKey);
  const there = await readSecrets(dataFolder);
  if (fingerprintOf(there) !== fingerprintOf(secrets))
    throw new OperatorFault(`other keys are in ${folder}: put them aside first`);
}

const MASTER = 'master.key';
const LOOKUP = 'lookup.key';
const DERIVATION = 'derivation.key';

async function createSecrets(dataFolder: string): Promise<Secrets> {
  const folder = keyFolder(dataFolder);
  await createSecretFile(folder, LOOKUP, KEY_BYTES);
  const { derivationKey } = await readDerivation(folder);
  await createSecretFile(folder, DERIVATION, derivationKey ?? randomBytes(KEY_BYTES));
  return readSecrets(dataFolder);
}

/* One of two is what a kill between the two leaves: nothing was sealed yet, the missing one is made. */
async function findSecrets(dataFolder: string): Promise<Secrets | undefined> {
  const folder = keyFolder(dataFolder);
  const [{ derivationKey }, lookupKey] = await Promise.all([
    readDerivation(folder),
    readKeyFile(join(folder, LOOKUP)),
  ]);
  return derivationKey && lookupKey ? { lookupKey, derivationKey } : undefined;
}

/* An archive from before has none of its own: then it follows from the first master key, and everything derived stays what it was. */
async function readDerivation(folder: string): Promise<Readonly<{ derivationKey?: Buffer }>> {
  const own = await readKeyFile(join(folder, DERIVATION));
  if (own) return { derivationKey: own };
  const master = await readKeyFile(join(folder, MASTER));
  return master ? { derivationKey: derivationKeyOf(master) } : {};
}

const fingerprintOf = ({ lookupKey, derivationKey }: Secrets) =>
  createHash('sha256')
    .update('arkim keys 2\0')
    .update(derivationKey)
    .update(lookupKey)
    .digest('hex');

/* What an archive remembered as long as it had one master key only. */
async function before(dataFolder: string): Promise<string | undefined> {
  const folder = keyFolder(dataFolder);
  const [master, lookup] = await Promise.all([
    readKeyFile(join(folder, MASTER)),
    readKeyFile(join(folder, LOOKUP)),
  ]);
  if (!master || !lookup) return undefined;
  return createHash('sha256').update('arkim keys 1\0').update(master).update(lookup).digest('hex');
}

async function remembered(pool: pg.Pool): Promise<string | undefined> {
  const sql = 'select value from platform_state where key = $1';
  return (await pool.query<{ value: string }>(sql, [FINGERPRINT_KEY])).rows[0]?.value;
}

const remember = (pool: pg.Pool, fingerprint: string) =>
  pool.query(
    'insert into platform_state (key, value) values ($1, $2) on conflict (key) do update set value = $2',
    [FINGERPRINT_KEY, fingerprint],
  );

const keyFolder = (dataFolder: string) => join(dataFolder, 'keys');
