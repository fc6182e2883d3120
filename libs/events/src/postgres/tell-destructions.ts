import type { Pool, PoolClient } from 'pg';
import type { DestroyedKey, KeyLedger } from '../key-ledger.js';

/** What a replay found: keys that a backup had brought back, and lines that the ledger lacked. */
export type Replayed = Readonly<{ again: number; lacking: number }>;

const BATCH_KEYS_MAX = 1_000;
/** The ledger has one writer at a time; any number will do. */
const LEDGER_LOCK = 7_301_032;

/** Writes keys that were destroyed since into the ledger; resolves to how many. What dies in between tells some twice. */
export async function tellDestructions(pool: Pool, ledger: KeyLedger): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const locked = await client.query('select pg_try_advisory_xact_lock($1) as mine', [
      LEDGER_LOCK,
    ]);
    const told = locked.rows[0]?.mine ? await tellNext(client, ledger) : 0;
    await client.query('commit');
    return told;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/**
 * Destroys again what the ledger tells, before anything is served: behind a restore the database may have such keys. And what the
 * ledger lacks it is told with the next round: it may be a restored one, too. Throws LedgerBroken.
 */
export async function replayDestructions(pool: Pool, ledger: KeyLedger): Promise<Replayed> {
  const client = await pool.connect();
  try {
    await client.query('create temporary table in_ledger (key_id text collate "C")');
    let again = 0;
    for await (const batch of batchesOf(ledger)) again += await destroyAgain(client, batch);
    const { rowCount } = await client.query(
      `update key_destructions d set told = false
       where told and not exists (select from in_ledger l where l.key_id = d.key_id)`,
    );
    return { again, lacking: rowCount ?? 0 };
  } finally {
    await client.query('drop table if exists in_ledger');
    client.release();
  }
}

/** Notes that these keys were destroyed once more: what a restore brought back of their studies has to go, too. */
export async function noteAgain(client: PoolClient, keyIds: readonly string[]): Promise<void> {
  if (keyIds.length === 0) return;
  await client.query('update key_destructions set again_at = now() where key_id = any ($1)', [
    keyIds,
  ]);
}

async function tellNext(client: PoolClient, ledger: KeyLedger): Promise<number> {
  const { rows } = await client.query<{ id: string; at: Date }>(
    `select key_id as id, destroyed_at as at from key_destructions where not told
     order by destroyed_at, key_id limit ${BATCH_KEYS_MAX}`,
  );
  await ledger.append(rows.map(({ id, at }) => ({ keyId: id, destroyedAt: at.toISOString() })));
  await client.query('update key_destructions set told = true where key_id = any ($1)', [
    rows.map(({ id }) => id),
  ]);
  return rows.length;
}

async function* batchesOf(ledger: KeyLedger): AsyncIterable<readonly DestroyedKey[]> {
  let batch: DestroyedKey[] = [];
  for await (const key of ledger.read()) {
    batch.push(key);
    if (batch.length < BATCH_KEYS_MAX) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function destroyAgain(client: PoolClient, batch: readonly DestroyedKey[]): Promise<number> {
  const lists = [batch.map((key) => key.keyId), batch.map((key) => key.destroyedAt)];
  await client.query('insert into in_ledger select unnest($1::text[])', [lists[0]]);
  const { rows } = await client.query<{ id: string }>(
    `insert into sealing_keys as kept (key_id, destroyed_at)
     select distinct on (id) id, at from unnest($1::text[], $2::timestamptz[]) as listed (id, at) order by id, at
     on conflict (key_id) do update set wrapped = null, master = null, destroyed_at = excluded.destroyed_at
       where kept.destroyed_at is null
     returning key_id as id`,
    lists,
  );
  const again = rows.map(({ id }) => id);
  await noteAgain(client, again);
  await client.query(
    'update key_destructions set told = true where key_id = any ($1) and not told',
    [lists[0]],
  );
  return again.length;
}
