import { expect, test } from 'vitest';
import { bodyOf, bytesOf } from '../body.testing.js';
import { objectStoreContract } from '../object-store.contract.js';
import { memoryObjectStore } from './memory-object-store.js';

objectStoreContract('objects in memory', async () => ({
  store: memoryObjectStore({ nowMs: () => 1, bytesMax: 100_000_000 }),
  residue: async () => [],
  close: async () => undefined,
}));

test('a full memory refuses and keeps what it has', async () => {
  const store = memoryObjectStore({ nowMs: () => 1, bytesMax: 1000 });
  await store.put('packs/a', bodyOf(bytesOf(600)));
  const putting = store.put('packs/b', bodyOf(bytesOf(300), bytesOf(300)));
  await expect(putting).rejects.toEqual(expect.objectContaining({ refusal: 'no-space' }));
  expect(await store.size('packs/b')).toBeUndefined();
  expect(await store.size('packs/a')).toBe(600);
  expect(await store.space()).toEqual({ freeBytes: 400, totalBytes: 1000 });
});
