import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import type { ObjectStore } from './object-store.js';
import { readTrailer, verifyPack } from './read-pack.js';
import { type EntryToWrite, writePack } from './settled-pack.js';

const HEADER = { pack: 'abcdef0011', kind: 'settled', about: { hospital: 'h-1' } } as const;
const KEY = 'packs/settled/11/abcdef0011';

let store: ObjectStore;
beforeEach(() => {
  store = memoryObjectStore({ nowMs: () => 1, bytesMax: 10_000_000 });
});

const entry = (bytes: Buffer): EntryToWrite => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  body: bodyOf(bytes.subarray(0, 10), bytes.subarray(10)),
});

test('entries lie end to end in their order, and the trailer says so', async () => {
  const contents = [bytesOf(100, 1), bytesOf(50, 2), bytesOf(0), bytesOf(200, 3)];
  const written = await writePack(store, HEADER, contents.map(entry));
  expect(written.key).toBe(KEY);
  expect(written.entries.map(({ part, offset }) => [part, offset])).toEqual([
    [0, 0],
    [1, 100],
    [2, 150],
    [3, 150],
  ]);
  const bytes = await collect(await store.stream(KEY, { start: 0, end: 350 }));
  expect(bytes.equals(Buffer.concat(contents))).toBe(true);
  const value = { ...HEADER, entries: written.entries };
  expect(await readTrailer(store, KEY)).toEqual({ ok: true, value });
  expect((await verifyPack(store, KEY))?.mismatches).toEqual([]);
});

test('bytes without a named digest get one', async () => {
  const bytes = bytesOf(30);
  const { entries } = await writePack(store, HEADER, [{ bytes: 30, body: [bytes] }]);
  expect(entries[0]?.sha256).toBe(entry(bytes).sha256);
});

test('bytes of another digest than named are a fault that says which, and nothing is stored', async () => {
  const wrong = { ...entry(bytesOf(100, 2)), body: bodyOf(bytesOf(100, 3)) };
  const writing = writePack(store, HEADER, [entry(bytesOf(100, 1)), wrong]);
  await expect(writing).rejects.toEqual(expect.objectContaining({ part: 1, mismatch: 'digest' }));
  expect(await store.size(KEY)).toBeUndefined();
});

test('more or fewer bytes than named are a fault, and nothing is stored', async () => {
  for (const bytes of [99, 101]) {
    const wrong = { ...entry(bytesOf(100)), bytes };
    await expect(writePack(store, HEADER, [wrong])).rejects.toEqual(
      expect.objectContaining({ part: 0, mismatch: 'length' }),
    );
  }
  expect(await store.size(KEY)).toBeUndefined();
});

test('a pack is written once', async () => {
  await writePack(store, HEADER, [entry(bytesOf(10))]);
  await expect(writePack(store, HEADER, [entry(bytesOf(10))])).rejects.toEqual(
    expect.objectContaining({ refusal: 'exists' }),
  );
});
