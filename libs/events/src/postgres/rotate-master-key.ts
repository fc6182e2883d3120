import type { Pool, PoolClient } from 'pg';
import type { MasterKey } from '../master-key.js';
import { type MasterKeys, proofOf } from './master-keys.js';
import { label } from './postgres-key-ring.js';

/** Hears how many keys were wrapped anew. */
export type RotationProgress = (keys: number) => void;
/** `version` wraps all data keys now; `rewrapped` of them were wrapped by an older one before. */
export type Rotated = Readonly<{ version: number; rewrapped: number }>;
/** Why a version stays. */
export type DropRefusal = 'in-use' | 'newest';

const BATCH_KEYS_MAX = 500;
/** Only one rotation at a time; any number will do. */
export const ROTATION_LOCK = 7_301_031;
const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Makes a new version of the master key and wraps every data key by it, while the archive runs. A rotation that was
 * broken off is ended instead of another begun. 'running' when somebody else rotates.
 */
export async function rotateMasterKey(
  pool: Pool,
  keys: MasterKeys,
  progress: RotationProgress,
): Promise<Rotated | 'running'> {
  const client = await pool.connect();
  try {
    const locked = await client.query('select pg_try_advisory_lock($1) as mine', [ROTATION_LOCK]);
    if (!locked.rows[0]?.mine) return 'running';
    try {
      const version = (await unfinished(client)) ?? (await addVersion(client, keys));
      return { version, rewrapped: await rewrapAll(client, keys.masterKey, version, progress) };
    } finally {
      await client.query('select pg_advisory_unlock($1)', [ROTATION_LOCK]);
    }
  } finally {
    client.release();
  }
}

/**
 * Destroys a version that wraps nothing any more, for good: what backups hold wrapped by it opens never again. Given
 * again after it was broken off, it ends its work.
 */
export async function dropMasterKey(
  pool: Pool,
  { destroy }: Pick<MasterKeys['keeper'], 'destroy'>,
  version: number,
): Promise<DropRefusal | undefined> {
  const { rows } = await pool.query('select max(version) as newest from master_keys');
  if (version >= (rows[0]?.newest ?? 0)) return 'newest';
  const deleted = await pool.query('delete from master_keys where version = $1', [version]).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === FOREIGN_KEY_VIOLATION) return false;
      throw error;
    },
  );
  if (!deleted) return 'in-use';
  await destroy(version);
  return undefined;
}

/* The newest version, when keys are still wrapped by another. */
async function unfinished(client: PoolClient): Promise<number | undefined> {
  const { rows } = await client.query<{ newest: number; left: boolean }>(
    `select newest, exists (select from sealing_keys where master < newest) as left
     from (select max(version) as newest from master_keys) of_all`,
  );
  return rows[0]?.left ? rows[0].newest : undefined;
}

/* The key first, then its row: what dies between leaves a key that nothing uses, and that the next try takes. */
async function addVersion(client: PoolClient, keys: MasterKeys): Promise<number> {
  const { rows } = await client.query('select max(version) + 1 as next from master_keys');
  const version: number = rows[0]?.next;
  await keys.keeper.make(version);
  await client.query('insert into master_keys (version, keeper, proof) values ($1, $2, $3)', [
    version,
    keys.keeper.kind,
    await proofOf(keys, version),
  ]);
  return version;
}

/* Whoever read the newest version just before it changed commits a key under the older one a moment later: once more, until none is left. */
async function rewrapAll(
  client: PoolClient,
  master: MasterKey,
  version: number,
  progress: RotationProgress,
): Promise<number> {
  let done = 0;
  for (let inPass = -1; inPass !== 0; ) {
    inPass = 0;
    for (let after = ''; ; ) {
      const batch = await batchAfter(client, version, after);
      const last = batch.at(-1);
      if (last === undefined) break;
      inPass += await rewrap(client, master, version, batch);
      after = last.id;
      progress(done + inPass);
    }
    done += inPass;
  }
  return done;
}

type Row = Readonly<{ id: string; wrapped: Buffer; master: number }>;

const batchAfter = async (client: PoolClient, version: number, after: string) => {
  const { rows } = await client.query<Row>(
    `select key_id as id, wrapped, master from sealing_keys where key_id > $1 and master < $2
     order by key_id limit ${BATCH_KEYS_MAX}`,
    [after, version],
  );
  return rows;
};

/* A key that was destroyed meanwhile has no version any more and stays as it is. */
async function rewrap(
  client: PoolClient,
  master: MasterKey,
  version: number,
  batch: readonly Row[],
): Promise<number> {
  const wrapped: Buffer[] = [];
  for (const row of batch) {
    const [secret] = await master.unwrap(row.master, [
      { label: label(row.id), bytes: row.wrapped },
    ]);
    if (secret === undefined) throw new Error('nothing was unwrapped');
    const [anew] = await master.wrap(version, [{ label: label(row.id), bytes: secret }]);
    if (anew === undefined) throw new Error('nothing was wrapped');
    wrapped.push(anew);
  }
  const { rowCount } = await client.query(
    `update sealing_keys as kept set wrapped = anew.wrapped, master = $4
     from unnest($1::text[], $2::bytea[], $3::int[]) as anew (id, wrapped, was)
     where kept.key_id = anew.id and kept.master = anew.was`,
    [batch.map(({ id }) => id), wrapped, batch.map((row) => row.master), version],
  );
  return rowCount ?? 0;
}
