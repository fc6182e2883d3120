import type { Pool, PoolClient } from 'pg';
import type { MasterKey } from '../master-key.js';
import { BackupBroken } from '../sealed-frames.js';
import { openProof } from './master-keys.js';
import { noteAgain } from './tell-destructions.js';

/** A version of the master key as a backup has it; `bytes`: null when it lies in a device, which has a backup of its own. */
export type BackedUpMaster = Readonly<{
  version: number;
  keeper: string | null;
  proof: string | null;
  bytes: string | null;
}>;
/** What stands before the keys. All bytes in base64. */
export type BackupHead = Readonly<{
  made: string;
  secrets: Readonly<{ lookupKey: string; derivationKey: string }>;
  masters: readonly BackedUpMaster[];
}>;
/** Id, wrapped bytes (base64), version that wraps it, when it was made, when it was destroyed. */
type KeyRow = readonly [string, string | null, number | null, string, string | null];

/** `unusable`: keys of the backup under a version that isn't there any more; `lost`: keys of the database that still are. */
export type RestoredKeys = Readonly<{
  keys: number;
  destroyed: number;
  unusable: number;
  lost: number;
}>;

const FRAME_KEYS_MAX = 5_000;

/** The frames of a backup: the head, then all keys as they stand wrapped, from one look at the table. */
export async function* backupFrames(
  pool: Pool,
  headOf: (masters: readonly BackedUpMaster[]) => Promise<BackupHead>,
): AsyncIterable<Buffer> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    yield Buffer.from(JSON.stringify(await headOf(await mastersOf(client))));
    for (let after = ''; ; ) {
      const rows = await keysAfter(client, after);
      yield Buffer.from(JSON.stringify(rows));
      const last = rows.at(-1);
      if (last === undefined) return;
      [after] = last;
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/**
 * Puts back what the database lacks: keys that are missing, and keys wrapped by a version that is gone. What was destroyed in either
 * stays destroyed. `keep` is given the versions that wrap something then, before it is committed.
 */
export async function restoreKeys(
  pool: Pool,
  { masters }: Pick<BackupHead, 'masters'>,
  frames: AsyncIterable<Buffer>,
  { masterKey, keep }: Readonly<{ masterKey: MasterKey; keep: Keep }>,
): Promise<RestoredKeys> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await addMasters(client, masters);
    const usable = await usableVersions(client, masterKey);
    const counts = { keys: 0, destroyed: 0, unusable: 0 };
    for await (const frame of frames) await putBack(client, rowsOf(frame), usable, counts);
    const lost = await lostKeys(client, usable);
    await keep(await versionsInUse(client, usable));
    await client.query('commit');
    return { ...counts, lost };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

type Keep = (versions: readonly number[]) => Promise<void>;

async function mastersOf(client: PoolClient): Promise<readonly BackedUpMaster[]> {
  const { rows } = await client.query<BackedUpMaster>(
    `select version, keeper, encode(proof, 'base64') as proof, null as bytes from master_keys order by version`,
  );
  return rows;
}

async function keysAfter(client: PoolClient, after: string): Promise<readonly KeyRow[]> {
  const { rows } = await client.query<KeyRow & unknown[]>({
    rowMode: 'array',
    text: `select key_id, encode(wrapped, 'base64'), master, created_at::text, destroyed_at::text from sealing_keys
      where key_id > $1 order by key_id limit ${FRAME_KEYS_MAX}`,
    values: [after],
  });
  return rows;
}

async function addMasters(client: PoolClient, masters: readonly BackedUpMaster[]): Promise<void> {
  for (const { version, keeper, proof } of masters)
    await client.query(
      `insert into master_keys as kept (version, keeper, proof) values ($1, $2, decode($3, 'base64'))
       on conflict (version) do update set keeper = excluded.keeper, proof = excluded.proof where kept.proof is null`,
      [version, keeper, proof],
    );
}

async function usableVersions(
  client: PoolClient,
  masterKey: MasterKey,
): Promise<readonly number[]> {
  const { rows } = await client.query<{ version: number; proof: Buffer }>(
    'select version, proof from master_keys where proof is not null order by version',
  );
  const usable: number[] = [];
  for (const { version, proof } of rows) {
    const opens = await openProof(masterKey, version, proof).then(
      () => true,
      () => false,
    );
    if (opens) usable.push(version);
  }
  return usable;
}

function rowsOf(frame: Buffer): readonly KeyRow[] {
  const rows: unknown = JSON.parse(frame.toString());
  if (!Array.isArray(rows)) throw new BackupBroken('a frame of the backup has no keys');
  return rows;
}

type Counts = { keys: number; destroyed: number; unusable: number };

async function putBack(
  client: PoolClient,
  rows: readonly KeyRow[],
  usable: readonly number[],
  counts: Counts,
): Promise<void> {
  const fits = ([, , master]: KeyRow) => master === null || usable.includes(master);
  const taken = rows.filter(fits);
  counts.unusable += rows.length - taken.length;
  const { rows: changed } = await client.query<{ id: string; gone: boolean }>(
    `insert into sealing_keys as kept (key_id, wrapped, master, created_at, destroyed_at)
     select id, decode(wrapped, 'base64'), master, made, gone
     from unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[]) as backup (id, wrapped, master, made, gone)
     on conflict (key_id) do update set wrapped = excluded.wrapped, master = excluded.master, destroyed_at = excluded.destroyed_at
       where kept.destroyed_at is null and (excluded.destroyed_at is not null or not kept.master = any ($6))
     returning key_id as id, destroyed_at is not null as gone`,
    [0, 1, 2, 3, 4].map((column) => taken.map((row) => row[column])).concat([[...usable]]),
  );
  for (const { gone } of changed) counts[gone ? 'destroyed' : 'keys']++;
  await noteAgain(
    client,
    changed.filter(({ gone }) => gone).map(({ id }) => id),
  );
}

async function lostKeys(client: PoolClient, usable: readonly number[]): Promise<number> {
  const { rows } = await client.query(
    'select count(*)::int as lost from sealing_keys where not master = any ($1)',
    [usable],
  );
  await client.query(
    `delete from master_keys m where not version = any ($1)
     and not exists (select from sealing_keys where master = m.version)`,
    [usable],
  );
  return rows[0]?.lost;
}

/* The newest wraps new keys, even when it wraps none yet. */
async function versionsInUse(
  client: PoolClient,
  usable: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await client.query<{ version: number }>(
    `select version from master_keys m where version = any ($1)
     and (version = (select max(version) from master_keys) or exists (select from sealing_keys where master = m.version))`,
    [usable],
  );
  return rows.map(({ version }) => version);
}
