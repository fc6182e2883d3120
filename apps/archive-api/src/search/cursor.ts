import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SearchLevel } from '#dicomweb/attribute-level';
import type { OpaqueIds } from '#index/opaque-ids';
import type { SearchPosition } from '#index/search-position';

/** What a cursor belongs to: it opens for no other hospital and at no other level, or kind of resource. */
export type CursorScope = Readonly<{
  ids: Pick<OpaqueIds, 'instance'>;
  hospital: string;
  level: SearchLevel | 'ImagingStudy';
}>;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A position as the text that goes into an address: sealed, since it holds a UID and a date of a study, and so that none is made up. */
export const sealCursor = (scope: CursorScope, position: SearchPosition): string =>
  sealText(scope, JSON.stringify(position));

/** The position of a cursor that this archive gave; undefined for every other text. */
export function openCursor(scope: CursorScope, cursor: string): SearchPosition | undefined {
  const text = openText(scope, cursor);
  return text === undefined ? undefined : (JSON.parse(text) as SearchPosition);
}

/** Any text, sealed so that it may stand in an address. */
export function sealText(scope: CursorScope, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(scope), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(scope.level));
  const sealed = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url');
}

/** The text that this archive sealed; undefined for what it didn't. */
export function openText(scope: CursorScope, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  const isWhole = bytes.toString('base64url') === cursor;
  if (!isWhole || bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv(CIPHER, keyOf(scope), bytes.subarray(0, NONCE_BYTES), options);
  decipher.setAAD(Buffer.from(scope.level));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    /* What GCM doesn't authenticate is no cursor of ours. */
    return undefined;
  }
}

/** Hospitals whose keys are at hand: deriving one takes as long as sealing three cursors. */
const KEYS_MAX = 1_000;
const keysOfArchives = new WeakMap<CursorScope['ids'], Map<string, Buffer>>();

/** Every process of an archive derives the same key from the lookup key, one for each hospital. No instance has this name. */
function keyOf({ ids, hospital }: CursorScope): Buffer {
  const keys = keysOfArchives.get(ids) ?? new Map<string, Buffer>();
  keysOfArchives.set(ids, keys);
  const known = keys.get(hospital);
  if (known !== undefined) return known;
  const named = ids.instance(hospital, 'search cursor');
  const key = Buffer.from(hkdfSync('sha256', named, '', 'search cursor', KEY_BYTES));
  if (keys.size >= KEYS_MAX) keys.clear();
  keys.set(hospital, key);
  return key;
}
