import { beforeEach, expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import type { ObjectStore } from './object-store.js';
import { readTrailer, verifyPack } from './read-pack.js';
import { writePack } from './settled-pack.js';

const HEADER = { pack: 'abcdef0011', kind: 'settled', about: {} } as const;
const KEY = 'packs/settled/11/abcdef0011';

let store: ObjectStore;
beforeEach(() => {
  store = memoryObjectStore({ nowMs: () => 1, bytesMax: 100_000_000 });
});

const written = async (...lengths: readonly number[]) => {
  const entries = lengths.map((bytes, seed) => ({ bytes, body: [bytesOf(bytes, seed)] }));
  await writePack(store, HEADER, entries);
  return collect(await store.stream(KEY));
};
const replace = async (bytes: Uint8Array) => {
  await store.remove(KEY);
  await store.put(KEY, bodyOf(bytes));
};

test('a key that is not there has no trailer and no verdict', async () => {
  expect(await readTrailer(store, KEY)).toBeUndefined();
  expect(await verifyPack(store, KEY)).toBeUndefined();
});

test('a trailer longer than the first read is read whole', async () => {
  await written(...Array.from({ length: 1000 }, (_, index) => index % 7));
  const trailer = await readTrailer(store, KEY);
  expect(trailer?.ok && trailer.value.entries.length).toBe(1000);
  expect((await verifyPack(store, KEY))?.entries).toBe(1000);
});

test('entries over several chunks of the stream are verified', async () => {
  const pack = await written(700_000, 0, 300_000, 1);
  expect(await verifyPack(store, KEY)).toEqual({
    bytes: pack.length,
    entries: 4,
    mismatches: [],
  });
});

test('every changed byte of an entry is found, and named by its entry', async () => {
  const pack = await written(40, 0, 25, 30);
  const partOfByte = [...Array(40).fill(0), ...Array(25).fill(2), ...Array(30).fill(3)];
  for (const [at, part] of partOfByte.entries()) {
    const damaged = Buffer.from(pack);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    await replace(damaged);
    const verdict = await verifyPack(store, KEY);
    expect(verdict?.damage).toBeUndefined();
    expect(verdict?.mismatches.map(({ entry }) => entry.part)).toEqual([part]);
  }
});

test('a pack without its end is told as damaged', async () => {
  const pack = await written(40);
  await replace(pack.subarray(0, -1));
  expect(await verifyPack(store, KEY)).toMatchObject({ damage: 'other-format' });
  await replace(pack.subarray(0, 10));
  expect(await verifyPack(store, KEY)).toMatchObject({ damage: 'too-short' });
});

test('a pack under another pack’s key is told', async () => {
  const pack = await written(40);
  await store.put('packs/settled/22/abcdef0022', bodyOf(pack));
  expect(await verifyPack(store, 'packs/settled/22/abcdef0022')).toMatchObject({
    damage: 'other-pack',
    mismatches: [],
  });
});
