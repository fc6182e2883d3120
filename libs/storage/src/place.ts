import type { ByteRange } from './object-store.js';

/** Bytes in a pack: `part` is their index (from 0) in the request (landing) or in the pack (extract, settled), `offset` in bytes from its start, `sha256` in hex. */
export type PackEntry = Readonly<{ part: number; offset: number; bytes: number; sha256: string }>;

/** A durable pack: what `PackLanded` and `PackSettled` say of it. `bytes` is the whole object with its trailer. */
export type StoredPack = Readonly<{
  pack: string;
  key: string;
  bytes: number;
  entries: readonly PackEntry[];
}>;

/** Where an instance's bytes lie now (design D2). */
export type Place = Readonly<{ key: string; offset: number; bytes: number }>;

/** Bytes `range` of what lies at `place` (all of it without one), as bytes of its object; undefined when they go beyond its end. */
export function rangeAt(
  { offset, bytes }: Pick<Place, 'offset' | 'bytes'>,
  { start, end }: ByteRange = { start: 0, end: bytes },
): ByteRange | undefined {
  const within = start >= 0 && start <= end && end <= bytes;
  return within ? { start: offset + start, end: offset + end } : undefined;
}
