import { createHash } from 'node:crypto';
import { PACK_ENTRIES_MAX, type PackAbout, type PackKind, type PackTrailer } from './pack.js';
import type { PackEntry } from './place.js';

/** Ends every pack: format and version. */
const MAGIC = Buffer.from('arkim pack 0001\n', 'latin1');

const DIGEST_BYTES = 32;
const LENGTH_BYTES = 8;

/** The last bytes of a pack: SHA-256 of the trailer, its length (64 bits, little endian), format and version. */
export const FOOTER_BYTES = DIGEST_BYTES + LENGTH_BYTES + MAGIC.length;

/** The longest trailer, in bytes without the footer. */
export const TRAILER_BYTES_MAX = 4 * 1024 * 1024;

/** What is wrong with the end of an object that should be a pack. */
export type TrailerDamage =
  | 'too-short'
  | 'other-format'
  | 'trailer-length'
  | 'trailer-digest'
  | 'trailer-content';

/** A value or the damage. */
export type Checked<T> =
  | Readonly<{ ok: true; value: T }>
  | Readonly<{ ok: false; damage: TrailerDamage }>;

/** What follows the last entry of a pack: the trailer as JSON, then the footer. */
export function encodeTrailer(trailer: PackTrailer): Buffer {
  if (trailer.entries.length > PACK_ENTRIES_MAX) throw new RangeError('too many entries of a pack');
  const json = Buffer.from(JSON.stringify(trailer));
  if (json.length > TRAILER_BYTES_MAX) throw new RangeError('the trailer of a pack is too long');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([json, sha256(json), length, MAGIC]);
}

/** The length of the trailer, in bytes without the footer, from the last bytes of an object of `packBytes`. */
export function trailerBytes(end: Buffer, packBytes: number): Checked<number> {
  if (end.length < FOOTER_BYTES) return damaged('too-short');
  const footer = end.subarray(-FOOTER_BYTES);
  if (!footer.subarray(-MAGIC.length).equals(MAGIC)) return damaged('other-format');
  const length = footer.readBigUInt64LE(DIGEST_BYTES);
  const lengthMax = Math.min(packBytes - FOOTER_BYTES, TRAILER_BYTES_MAX);
  return length <= BigInt(lengthMax)
    ? { ok: true, value: Number(length) }
    : damaged('trailer-length');
}

/** The trailer from the last bytes of an object of `packBytes`; `end` holds at least trailer and footer. */
export function decodeTrailer(end: Buffer, packBytes: number): Checked<PackTrailer> {
  const length = trailerBytes(end, packBytes);
  if (!length.ok) return length;
  const start = end.length - FOOTER_BYTES - length.value;
  if (start < 0) return damaged('trailer-length');
  const json = end.subarray(start, start + length.value);
  const digest = end.subarray(start + length.value, start + length.value + DIGEST_BYTES);
  if (!sha256(json).equals(digest)) return damaged('trailer-digest');
  const content = parseJson(json);
  const entriesEnd = packBytes - FOOTER_BYTES - length.value;
  return isTrailer(content, entriesEnd) ? { ok: true, value: content } : damaged('trailer-content');
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

const damaged = (damage: TrailerDamage): Checked<never> => ({ ok: false, damage });

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** Whoever made the digest may have meant another format: the content is checked all the same. */
function isTrailer(content: unknown, entriesEnd: number): content is PackTrailer {
  if (!isRecord(content)) return false;
  const { pack, kind, about, entries } = content;
  return (
    typeof pack === 'string' && isKind(kind) && isAbout(about) && areEntries(entries, entriesEnd)
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isKind = (value: unknown): value is PackKind =>
  value === 'landing' || value === 'extract' || value === 'settled';

const isAbout = (value: unknown): value is PackAbout =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');

/** Entries lie one after the other, before the trailer. */
function areEntries(value: unknown, entriesEnd: number): value is readonly PackEntry[] {
  if (!Array.isArray(value) || value.length > PACK_ENTRIES_MAX) return false;
  let end = 0;
  for (const entry of value) {
    if (!isEntry(entry) || entry.offset < end) return false;
    end = entry.offset + entry.bytes;
  }
  return end <= entriesEnd;
}

function isEntry(value: unknown): value is PackEntry {
  if (!isRecord(value)) return false;
  const { part, offset, bytes, sha256: digest } = value;
  return isCount(part) && isCount(offset) && isCount(bytes) && isDigest(digest);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const isDigest = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
