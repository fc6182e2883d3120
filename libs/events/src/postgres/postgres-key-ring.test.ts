import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { SealBroken } from '../content-seal.js';
import { keyRingContract } from '../key-ring.contract.js';
import { KEY_CACHE_MS, KEY_IDS_MAX, type KeyState } from '../key-ring.js';
import { keyCache } from './key-cache.js';
import { postgresKeyRing } from './postgres-key-ring.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  ({ pool } = database);
});
beforeEach(() => pool.query('truncate sealing_keys'));
afterAll(() => database.close());

const masterKey = randomBytes(32);
const options = { masterKey, random: randomBytes };
const cacheOf = (nowMs = () => 0) => keyCache({ keysMax: 100, ttlMs: KEY_CACHE_MS, nowMs });
const hex = (key: KeyState | undefined) =>
  key === undefined || key === 'destroyed' ? key : key.secret.export().toString('hex');

keyRingContract(async () => postgresKeyRing(pool, options));
keyRingContract(async () => postgresKeyRing(pool, { ...options, cache: cacheOf() }));

test('another process with the same master key finds the same key', async () => {
  const made = await postgresKeyRing(pool, options).ensure(['a']);
  const found = await postgresKeyRing(pool, options).find(['a']);
  expect(hex(found.get('a'))).toBe(hex(made.get('a')));
});

test('another master key opens nothing', async () => {
  await postgresKeyRing(pool, options).ensure(['a']);
  const stranger = postgresKeyRing(pool, { ...options, masterKey: randomBytes(32) });
  await expect(stranger.find(['a'])).rejects.toThrow(SealBroken);
});

test('a wrapped key that is put under another id opens nothing', async () => {
  await postgresKeyRing(pool, options).ensure(['a']);
  await pool.query("update sealing_keys set key_id = 'b'");
  await expect(postgresKeyRing(pool, options).find(['b'])).rejects.toThrow(SealBroken);
});

test('no byte of a key is in the table, and none at all of a destroyed one', async () => {
  const ring = postgresKeyRing(pool, options);
  const key = hex((await ring.ensure(['a'])).get('a'));
  const row = async () =>
    (await pool.query("select encode(wrapped, 'hex') as wrapped from sealing_keys")).rows[0];
  expect((await row()).wrapped).toHaveLength(2 * (12 + 32 + 16));
  expect((await row()).wrapped).not.toContain(key);
  await ring.destroy('a');
  expect((await row()).wrapped).toBeNull();
});

test('a key destroyed by another process is gone here after the time of the cache', async () => {
  let nowMs = 0;
  const ring = postgresKeyRing(pool, { ...options, cache: cacheOf(() => nowMs) });
  const made = await ring.ensure(['a']);
  await postgresKeyRing(pool, options).destroy('a');
  nowMs = KEY_CACHE_MS - 1;
  expect(hex((await ring.find(['a'])).get('a'))).toBe(hex(made.get('a')));
  nowMs = KEY_CACHE_MS;
  expect((await ring.find(['a'])).get('a')).toBe('destroyed');
});

test('a key destroyed here is gone here at once', async () => {
  const ring = postgresKeyRing(pool, { ...options, cache: cacheOf() });
  await ring.ensure(['a']);
  await ring.destroy('a');
  expect((await ring.find(['a'])).get('a')).toBe('destroyed');
});

test('a key made in a transaction that rolls back is not used again', async () => {
  const cache = cacheOf();
  const client = await pool.connect();
  await client.query('begin');
  const lost = await postgresKeyRing(client, { ...options, cache }).ensure(['a']);
  await client.query('rollback');
  client.release();
  const ring = postgresKeyRing(pool, { ...options, cache });
  expect(await ring.find(['a'])).toEqual(new Map());
  expect(hex((await ring.ensure(['a'])).get('a'))).not.toBe(hex(lost.get('a')));
});

test('a cached key needs no database', async () => {
  const cache = cacheOf();
  await postgresKeyRing(pool, { ...options, cache }).ensure(['a']);
  await pool.query('truncate sealing_keys');
  expect([...(await postgresKeyRing(pool, { ...options, cache }).find(['a'])).keys()]).toEqual([
    'a',
  ]);
});

test('bounds are kept', async () => {
  expect(() => postgresKeyRing(pool, { ...options, masterKey: randomBytes(31) })).toThrow(/32/);
  const ids = Array.from({ length: KEY_IDS_MAX + 1 }, (_, n) => `${n}`);
  await expect(postgresKeyRing(pool, options).find(ids)).rejects.toThrow(/key ids/);
});
