import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { memoryObjectStore } from '../memory/memory-object-store.js';
import { verifyPack } from '../read-pack.js';
import { packInMemory } from '../settled-pack.js';
import { insertSmallPack, withSmallPacks } from './small-packs.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const PACK = '0b0e2b3c-0000-4000-8000-00000000000a';
const small = () =>
  packInMemory({ pack: PACK, kind: 'extract', about: {} }, [
    { bytes: 5, body: [Buffer.from('hello')] },
  ]);
const open = () =>
  withSmallPacks(memoryObjectStore({ nowMs: () => 1, bytesMax: 1e6 }), database.pool);

test('a small pack reads, streams, lists, verifies and goes like any other object', async () => {
  const client = await database.pool.connect();
  const { key, body, entries } = await small();
  await insertSmallPack(client, { key, body });
  client.release();
  const store = open();
  expect(await store.size(key)).toBe(body.length);
  expect(String(await store.read(key, { start: 0, end: 5 }))).toBe('hello');
  expect(String(await store.read(key, { start: 1, end: 3 }))).toBe('el');
  const beyond = { start: body.length, end: 2 ** 33 };
  await expect(store.read(key, beyond)).rejects.toThrow('short read');
  await expect(store.read(key, { start: 2, end: 1 })).rejects.toThrow('not a byte range');
  const streamed = await Array.fromAsync((await store.stream(key, { start: 1, end: 3 })) ?? []);
  expect(String(Buffer.concat(streamed))).toBe('el');
  expect(await verifyPack(store, key)).toMatchObject({ entries: entries.length, mismatches: [] });
  const listed = await Array.fromAsync(store.list('packs/extract/'));
  expect(listed).toMatchObject([{ key, bytes: body.length }]);
  expect(await Array.fromAsync(store.list('packs/landing/'))).toEqual([]);
  await store.remove(key);
  expect(await store.size(key)).toBeUndefined();
});

test('a small pack that is rolled back was never there', async () => {
  const client = await database.pool.connect();
  const { key, body } = await small();
  await client.query('begin');
  await insertSmallPack(client, { key, body });
  await client.query('rollback');
  client.release();
  expect(await open().read(key, { start: 0, end: 1 })).toBeUndefined();
});

test('other objects are the store’s own', async () => {
  const store = open();
  await store.put('packs/landing/0a/x', once(Buffer.from('abc')));
  expect(String(await store.read('packs/landing/0a/x', { start: 0, end: 3 }))).toBe('abc');
});

async function* once(bytes: Buffer) {
  yield bytes;
}
