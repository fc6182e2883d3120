/** The longest key, in characters. */
export const KEY_CHARACTERS_MAX = 512;

const SEGMENT = '[a-z0-9][a-z0-9._-]{0,199}';
const ONE_SEGMENT = new RegExp(`^${SEGMENT}$`);
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);

/**
 * Throws unless `key` is segments of `[a-z0-9._-]`, each starting with a letter or digit, joined by `/`, without `..`:
 * so no key names a parent, a hidden file, or two files on a disk that folds case.
 */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new TypeError('not an object key');
}

/** As assertKey; any other name in a store is not the store's. */
export function isKey(key: string): boolean {
  return key.length <= KEY_CHARACTERS_MAX && KEY.test(key) && !key.includes('..');
}

/** Throws unless `prefix` is a folder of keys: a key followed by `/`. */
export function assertPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new TypeError('not a folder of object keys');
  assertKey(prefix.slice(0, -1));
}

/** Whether a name can be a segment of a key; any other file in a store's folder is not the store's. */
export function isSegment(name: string): boolean {
  return ONE_SEGMENT.test(name) && !name.includes('..');
}
