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

/** The bytes of a place as a stream; undefined when its object isn't there, or ends before. */
export async function openPlace(
  store: ObjectStore,
  { key, offset, bytes }: Place,
): Promise<AsyncIterable<Buffer> | undefined> {
  const size = await store.size(key);
  if (size === undefined || size < offset + bytes) return undefined;
  return store.stream(key, { start: offset, end: offset + bytes });
}
