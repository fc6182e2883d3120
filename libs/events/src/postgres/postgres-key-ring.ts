import { createSecretKey } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import {
  KEY_IDS_MAX,
  type KeyRing,
  type KeyState,
  type Random,
  SECRET_BYTES,
  type SealingKey,
} from '../key-ring.js';
import type { Labelled, MasterKey } from '../master-key.js';
import { oneMasterKey } from '../sealing-master-key.js';
import type { KeyCache } from './key-cache.js';

/** `masterKey`: bytes are a key of one version. Without a cache every call asks the database. `unflushed`: a key that was just made may be lost with the machine until a later commit of the same database is durable. */
export type PostgresKeyRingOptions = Readonly<{
  masterKey: MasterKey | Uint8Array;
  random: Random;
  cache?: KeyCache;
  unflushed?: boolean;
}>;

/* One row at least, so that whoever makes a key next knows what wraps it. */
const FIND = {
  name: 'sealing-keys-find-2',
  text: `select current, key_id as id, wrapped, master from (select max(version) as current from master_keys) newest
    left join sealing_keys on key_id = any ($1::text[])`,
};
const makeSql = (others = '') => `insert into sealing_keys (key_id, wrapped, master)
    select id, wrapped, $3::int from ${others} unnest($1::text[], $2::bytea[]) as made (id, wrapped)
    on conflict (key_id) do nothing returning key_id as id`;
const MAKE = { name: 'sealing-keys-make-2', text: makeSql() };
/* Commits become durable in their order: a fact that was sealed with the key is never durable before the key. */
const MAKE_UNFLUSHED = {
  name: 'sealing-keys-make-unflushed-2',
  text: `with unflushed as materialized (select set_config('synchronous_commit', 'off', true)) ${makeSql('unflushed,')}`,
};
const DESTROY = {
  name: 'sealing-keys-destroy-2',
  text: `insert into sealing_keys as kept (key_id, destroyed_at) values ($1, now())
    on conflict (key_id) do update set wrapped = null, master = null, destroyed_at = now() where kept.destroyed_at is null`,
};

type Row = Readonly<{
  current: number;
  id: string | null;
  wrapped: Buffer | null;
  master: number | null;
}>;
type Wrapped = Labelled & Readonly<{ id: string }>;
type Keys = Map<string, KeyState>;
type Found = Readonly<{ keys: Keys; current: number }>;

/**
 * Keys in table `sealing_keys`, each wrapped by a version of the master key. With a client it works inside the
 * transaction that the caller has begun, and keeps nothing in the cache: a key that is rolled back must not be used again.
 */
export function postgresKeyRing(
  db: Pool | PoolClient,
  { masterKey, random, cache, unflushed = false }: PostgresKeyRingOptions,
): KeyRing {
  const master = masterKey instanceof Uint8Array ? oneMasterKey(masterKey, random) : masterKey;
  const writable = 'release' in db ? undefined : cache;
  const look = async (ids: readonly string[]): Promise<Found> => {
    const { rows } = await db.query<Row>({ ...FIND, values: [ids] });
    return { keys: await unwrapAll(master, rows), current: rows[0]?.current ?? 0 };
  };
  const make = async (ids: readonly string[], current: number): Promise<Keys> => {
    const made = ids.map((id) => ({ label: label(id), bytes: random(SECRET_BYTES) }));
    const values = [ids, await master.wrap(current, made), current];
    const sql = unflushed ? MAKE_UNFLUSHED : MAKE;
    const { rows } = await db.query<{ id: string }>({ ...sql, values });
    const taken = new Set(rows.map(({ id }) => id));
    return new Map(
      ids.flatMap((id, index) => {
        const bytes = made[index]?.bytes;
        return bytes && taken.has(id) ? [[id, keyOf(id, bytes)]] : [];
      }),
    );
  };
  const find = async (keyIds: readonly string[]): Promise<Keys> => {
    const keys = cached(cache, keyIds);
    const missing = without(keyIds, keys);
    if (missing.length > 0) remember(writable, keys, (await look(missing)).keys);
    return keys;
  };
  const ensure = async (keyIds: readonly string[]): Promise<Keys> => {
    const keys = cached(cache, keyIds);
    const wanted = without(keyIds, keys);
    if (wanted.length === 0) return keys;
    const found = await look(wanted);
    remember(writable, keys, found.keys);
    const missing = without(wanted, keys).sort();
    if (missing.length === 0) return keys;
    remember(writable, keys, await make(missing, found.current));
    const others = without(missing, keys);
    if (others.length > 0) remember(writable, keys, (await look(others)).keys);
    return keys;
  };
  const destroy = async (keyId: string): Promise<void> => {
    await db.query({ ...DESTROY, values: [keyId] });
    cache?.delete(keyId);
  };
  return { find, ensure, destroy };
}

function cached(cache: KeyCache | undefined, keyIds: readonly string[]): Keys {
  if (keyIds.length > KEY_IDS_MAX) throw new Error(`${keyIds.length} key ids in one call`);
  const keys: Keys = new Map();
  for (const id of keyIds) {
    const key = cache?.get(id);
    if (key) keys.set(id, key);
  }
  return keys;
}

const without = (keyIds: readonly string[], keys: Keys): string[] => [
  ...new Set(keyIds.filter((id) => !keys.has(id))),
];

function remember(cache: KeyCache | undefined, keys: Keys, more: Keys): void {
  for (const [id, key] of more) {
    keys.set(id, key);
    cache?.set(id, key);
  }
}

async function unwrapAll(master: MasterKey, rows: readonly Row[]): Promise<Keys> {
  const keys: Keys = new Map();
  for (const { id, wrapped } of rows)
    if (id !== null && wrapped === null) keys.set(id, 'destroyed');
  for (const [version, wrapped] of byVersion(rows)) {
    const secrets = await master.unwrap(version, wrapped);
    for (const [index, bytes] of secrets.entries()) {
      const id = wrapped[index]?.id;
      if (id !== undefined) keys.set(id, keyOf(id, bytes));
    }
  }
  return keys;
}

function byVersion(rows: readonly Row[]): ReadonlyMap<number, readonly Wrapped[]> {
  const groups = new Map<number, Wrapped[]>();
  for (const { id, wrapped, master } of rows) {
    if (id === null || wrapped === null || master === null) continue;
    const group = groups.get(master) ?? [];
    groups.set(master, group);
    group.push({ id, label: label(id), bytes: wrapped });
  }
  return groups;
}

/** What binds a wrapped data key to its id. */
export const label = (id: string) => `sealing-key:${id}`;

const keyOf = (id: string, bytes: Uint8Array): SealingKey => ({
  id,
  secret: createSecretKey(bytes),
});
