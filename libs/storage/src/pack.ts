import type { PackEntry } from './place.js';

/** Landing: the parts of one request. Extract: sealed headers of a batch. Settled: one hospital's bytes of one study. */
export type PackKind = 'landing' | 'extract' | 'settled';

/** What a pack says of itself beside its entries: opaque ids only (request, hospital, caller, claim), no personal data. */
export type PackAbout = Readonly<Record<string, string>>;

/** The trailer of a pack. */
export type PackTrailer = Readonly<{
  pack: string;
  kind: PackKind;
  about: PackAbout;
  entries: readonly PackEntry[];
}>;

/** Entries of one pack; a request with more goes on in the next pack. */
export const PACK_ENTRIES_MAX = 16_384;

const PACK = /^[0-9a-f][0-9a-f-]{5,61}[0-9a-f]{2}$/;
const KEY = /^packs\/(landing|extract|settled)\/([0-9a-f]{2})\/([0-9a-f-]{8,64})$/;

/** The folder, ending in `/`, of all packs of a kind. */
export const packFolder = (kind: PackKind) => `packs/${kind}/`;

/** The object key of a pack, spread over 256 folders by the end of its id. Ids are 8 to 64 hex digits and hyphens, as of a UUID. */
export function packKey(kind: PackKind, pack: string): string {
  if (!PACK.test(pack)) throw new TypeError('not a pack id');
  return `${packFolder(kind)}${pack.slice(-2)}/${pack}`;
}

/** The pack id of a key, undefined when the key is not one that `packKey` makes. */
export function packOfKey(key: string): string | undefined {
  const pack = KEY.exec(key)?.[3];
  if (pack === undefined || !PACK.test(pack)) return undefined;
  return key.endsWith(`/${pack.slice(-2)}/${pack}`) ? pack : undefined;
}
