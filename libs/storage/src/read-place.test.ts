import { expect, test } from 'vitest';
import { bodyOf, bytesOf } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import { readPlace } from './read-place.js';

const store = memoryObjectStore({ nowMs: () => 1, bytesMax: 10_000 });

test('the bytes of a place are its part of the pack', async () => {
  await store.put('packs/a', bodyOf(bytesOf(1000)));
  const read = await readPlace(store, { key: 'packs/a', offset: 100, bytes: 50 });
  expect(read.equals(bytesOf(1000).subarray(100, 150))).toBe(true);
});

test('a place without bytes is a fault: what names it promised them', async () => {
  const place = { key: 'packs/b', offset: 0, bytes: 1 };
  await expect(readPlace(store, place)).rejects.toThrow('not in the object store');
  await expect(readPlace(store, { ...place, key: 'packs/a', offset: 1000 })).rejects.toThrow(
    RangeError,
  );
});
