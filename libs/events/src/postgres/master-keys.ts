import type { Pool, PoolClient } from 'pg';
import { SealBroken } from '../content-seal.js';
import { type Random, SECRET_BYTES } from '../key-ring.js';
import {
  type MasterKey,
  type MasterKeyKeeper,
  MasterKeyMissing,
  MasterKeyUnavailable,
} from '../master-key.js';
import { label } from './postgres-key-ring.js';

/** What makes and checks versions of the master key. */
export type MasterKeys = Readonly<{
  masterKey: MasterKey;
  /** Where a new version is made. */
  keeper: MasterKeyKeeper;
  random: Random;
}>;

/** One version, and how many data keys it wraps. The highest wraps new keys. */
export type MasterKeyState = Readonly<{
  version: number;
  keeper: MasterKeyKeeper['kind'] | null;
  madeAt: Date;
  keys: number;
}>;

type Row = Readonly<{ version: number; proof: Buffer | null }>;

/**
 * Before anything is served: makes the first version for a database without keys, and opens a proof of each other.
 * Resolves to why the archive must not start, or to undefined.
 */
export async function holdMasterKeys(pool: Pool, keys: MasterKeys): Promise<string | undefined> {
  const { rows } = await pool.query<Row>('select version, proof from master_keys order by version');
  for (const row of rows) {
    const refused = await holdVersion(pool, keys, row).catch(refusalOf);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** Every version that there is, oldest first. */
export async function listMasterKeys(db: Pool | PoolClient): Promise<readonly MasterKeyState[]> {
  const { rows } = await db.query<MasterKeyState>(
    `select version, keeper, made_at as "madeAt",
       (select count(*)::int from sealing_keys where master = version) as keys
     from master_keys order by version`,
  );
  return rows;
}

/** Random bytes wrapped by this version: kept, so that the version is known again. */
export async function proofOf({ masterKey, random }: MasterKeys, version: number): Promise<Buffer> {
  const sealed = await masterKey.wrap(version, [
    { label: proofLabel(version), bytes: random(SECRET_BYTES) },
  ]);
  const [proof] = sealed;
  if (proof === undefined) throw new Error('nothing was wrapped');
  return proof;
}

/** Throws MasterKeyMissing or SealBroken when the proof doesn't open. */
export const openProof = (masterKey: MasterKey, version: number, proof: Uint8Array) =>
  masterKey.unwrap(version, [{ label: proofLabel(version), bytes: proof }]);

const proofLabel = (version: number) => `master-key:${version}`;

async function holdVersion(pool: Pool, keys: MasterKeys, { version, proof }: Row): Promise<void> {
  if (proof !== null) {
    await openProof(keys.masterKey, version, proof);
    return;
  }
  const keeper = (await opensOne(pool, keys.masterKey, version)) ? 'file' : keys.keeper.kind;
  if (keeper === keys.keeper.kind) await keys.keeper.make(version);
  await pool.query('update master_keys set keeper = $2, proof = $3 where version = $1', [
    version,
    keeper,
    await proofOf(keys, version),
  ]);
}

/* A database from before versions: its key was a file, and what it wrapped must open. */
async function opensOne(pool: Pool, masterKey: MasterKey, version: number): Promise<boolean> {
  const { rows } = await pool.query<{ id: string; wrapped: Buffer }>(
    'select key_id as id, wrapped from sealing_keys where master = $1 limit 1',
    [version],
  );
  const [kept] = rows;
  if (kept === undefined) return false;
  await masterKey.unwrap(version, [{ label: label(kept.id), bytes: kept.wrapped }]);
  return true;
}

function refusalOf(error: unknown): string {
  if (error instanceof MasterKeyMissing)
    return `the database has data, but version ${error.version} of its master key isn't there: bring it back from the backup`;
  if (error instanceof MasterKeyUnavailable)
    return `the device of the master key can't be used: ${error.message}`;
  if (error instanceof SealBroken) return 'the master key is not that of this database';
  throw error;
}
