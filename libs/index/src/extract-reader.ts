import { openContent } from '#events/content-seal';
import type { KeyRing, KeyState } from '#events/key-ring';
import { boundedCache } from './bounded-cache.js';
import { decodeExtract, type Extract } from './extract.js';
import type { Place } from './series-view.js';

/** Text that binds a sealed extract to its study; it opens for no other. */
export const extractAssociation = (claim: string): string => `extract ${claim}`;

const CACHE_BYTES_MAX = 64 * 1024 * 1024;

export type ExtractReaderOptions = Readonly<{
  keys: Pick<KeyRing, 'find'>;
  /** The bytes of a place; throws when they can't be had. */
  readBytes: (place: Place) => Promise<Buffer>;
  cacheBytesMax?: number;
}>;

export type ReadExtract = (claim: string, place: Place) => Promise<Extract | undefined>;

/** Reads, opens and decodes extracts (design D5); undefined when the study's key is destroyed, and with it what the extract said. */
export function extractReader(options: ExtractReaderOptions): ReadExtract {
  const cache = boundedCache<Extract>(options.cacheBytesMax ?? CACHE_BYTES_MAX);
  return async (claim, place) => {
    const key = (await options.keys.find([claim])).get(claim);
    if (key === 'destroyed') return undefined;
    const name = `${place.key} ${place.offset}`;
    const cached = cache.get(name);
    if (cached !== undefined) return cached;
    const sealed = await options.readBytes(place);
    const extract = openExtract(claim, key, sealed);
    if (extract === undefined) return undefined;
    const weight = extract.json.reduce((sum, { length }) => sum + length, 0);
    cache.set(name, extract, weight);
    return extract;
  };
}

/** The extract of a study, with the study's key; undefined when that is destroyed. */
export function openExtract(
  claim: string,
  key: KeyState | undefined,
  sealed: Buffer,
): Extract | undefined {
  if (key === 'destroyed') return undefined;
  if (key === undefined) throw new Error('a study has an extract but never had a key');
  return decodeExtract(openContent(key.secret, extractAssociation(claim), sealed));
}
