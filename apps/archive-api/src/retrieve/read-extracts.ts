import type { KeyRing } from '#events/key-ring';
import { extractReader, type ReadExtract } from '#index/extract-reader';
import type { ObjectStore } from '#storage/object-store';

/** The object that a place names is not there: settling has moved its bytes, and a fresh look tells where. */
export class PlaceGone extends Error {}

/** Extracts, opened under the key of their study and kept decoded for a while. Rejects with PlaceGone. */
export const readExtracts = (objects: ObjectStore, keys: Pick<KeyRing, 'find'>): ReadExtract =>
  extractReader({
    keys,
    readBytes: async ({ key, offset, bytes }) => {
      const read = await objects.read(key, { start: offset, end: offset + bytes });
      if (read === undefined) throw new PlaceGone('an extract is not where it was');
      return read;
    },
  });

/** Runs again, once, after a place was found gone: then with fresh look-ups. */
export async function withFreshPlaces<T>(work: (fresh: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(false);
  } catch (error) {
    if (!(error instanceof PlaceGone)) throw error;
    return work(true);
  }
}
