import type { ObjectStore } from './object-store.js';
import type { Place } from './place.js';

/** All bytes of a place in one buffer; throws when they aren't there, because a place names only what is durable. */
export async function readPlace(
  store: ObjectStore,
  { key, offset, bytes }: Place,
): Promise<Buffer> {
  const read = await store.read(key, { start: offset, end: offset + bytes });
  if (read === undefined) throw new Error(`${key} is named but not in the object store`);
  return read;
}
