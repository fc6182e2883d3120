import type { ObjectStore } from './object-store.js';
import { type NamedEntry, verifyNamed } from './verify-named.js';

/** The store, whose removals reach the second place too: nothing that was let go stays there. */
export const withCopy = (store: ObjectStore, copy: ObjectStore | undefined): ObjectStore =>
  copy === undefined
    ? store
    : {
        ...store,
        remove: async (key) => {
          await store.remove(key);
          await copy.remove(key);
        },
      };

/**
 * Brings an object back from the second place; false when what lies there isn't what its facts say either. A death between removing and putting
 * leaves the object missing, which the next reading finds and heals.
 */
export async function healFrom(
  store: ObjectStore,
  copy: ObjectStore,
  key: string,
  entries: readonly NamedEntry[],
): Promise<boolean> {
  if ((await verifyNamed(copy, key, entries)).damage !== undefined) return false;
  const body = await copy.stream(key);
  if (body === undefined) return false;
  await store.remove(key);
  await store.put(key, body);
  return (await verifyNamed(store, key, entries)).damage === undefined;
}
