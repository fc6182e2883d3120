import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { NONCE_BYTES, openContent, sealContent } from '../content-seal.js';
import {
  KEY_IDS_MAX,
  type KeyRing,
  type KeyState,
  type Random,
  SECRET_BYTES,
} from '../key-ring.js';
import type { KeyCache } from './key-cache.js';

/** `masterKey` has SECRET_BYTES. Without a cache every call asks the database. `unflushed`: a key that was just made may be lost with the machine until a later commit of the same database is durable. */
export type PostgresKeyRingOptions = Readonly<{
  masterKey: Uint8Array;
  random: Random;
  cache?: KeyCache;
  unflushed?: boolean;
}>;

const FIND = {
  name: 'sealing-keys-find',
  text: 'select key_id as id, wrapped from sealing_keys where key_id = any ($1::text[])',
};
const makeSql = (others = '') => `insert into sealing_keys (key_id, wrapped)
    select id, wrapped from ${others} unnest($1::text[], $2::bytea[]) as made (id, wrapped)
    on conflict (key_id) do nothing returning key_id as id, wrapped`;
const MAKE = { name: 'sealing-keys-make', text: makeSql() };
/* Commits become durable in their order: a fact that was sealed with the key is never durable before the key. */
const MAKE_UNFLUSHED = {
  name: 'sealing-keys-make-unflushed',
  text: `with unflushed as materialized (select set_config('synchronous_commit', 'off', true)) ${makeSql('unflushed,')}`,
};
const DESTROY = {
  name: 'sealing-keys-destroy',
  text: `insert into sealing_keys as kept (key_id, destroyed_at) values ($1, now())
    on conflict (key_id) do update set wrapped = null, destroyed_at = now() where kept.destroyed_at is null`,
};

type Found = Readonly<{ id: string; wrapped: Buffer | null }>;
type Keys = Map<string, KeyState>;

/**
 * Keys in table `sealing_keys`, each wrapped by the master key. With a client it works inside the transaction that the
 * caller has begun, and keeps nothing in the cache: a key that is rolled back must not be used again.
 */
export function postgresKeyRing(
  db: Pool | PoolClient,
  { masterKey, random, cache, unflushed = false }: PostgresKeyRingOptions,
): KeyRing {
  if (masterKey.length !== SECRET_BYTES) throw new Error(`a master key has ${SECRET_BYTES} bytes`);
  const master = createSecretKey(masterKey);
  const writable = 'release' in db ? undefined : cache;
  const ask = async (sql: typeof FIND, values: unknown[]) =>
    unwrapAll(master, (await db.query<Found>({ ...sql, values })).rows);
  const find = async (keyIds: readonly string[]): Promise<Keys> => {
    const keys = cached(cache, keyIds);
    const missing = without(keyIds, keys);
    if (missing.length > 0) remember(writable, keys, await ask(FIND, [missing]));
    return keys;
  };
  const ensure = async (keyIds: readonly string[]): Promise<Keys> => {
    const keys = await find(keyIds);
    const missing = without(keyIds, keys).sort();
    if (missing.length === 0) return keys;
    const wrapped = missing.map((id) => wrap(master, id, random));
    remember(writable, keys, await ask(unflushed ? MAKE_UNFLUSHED : MAKE, [missing, wrapped]));
    const others = without(missing, keys);
    if (others.length > 0) remember(writable, keys, await ask(FIND, [others]));
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

const label = (id: string) => `sealing-key:${id}`;

const wrap = (master: KeyObject, id: string, random: Random): Buffer =>
  sealContent(master, label(id), random(SECRET_BYTES), random(NONCE_BYTES));

const unwrapAll = (master: KeyObject, rows: readonly Found[]): Keys =>
  new Map(rows.map(({ id, wrapped }) => [id, wrapped ? unwrap(master, id, wrapped) : 'destroyed']));

const unwrap = (master: KeyObject, id: string, wrapped: Buffer): KeyState => ({
  id,
  secret: createSecretKey(openContent(master, label(id), wrapped)),
});
