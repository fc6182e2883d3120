import { createHash, type Hash } from 'node:crypto';
import type { ObjectStore } from './object-store.js';
import { type PackTrailer, packOfKey } from './pack.js';
import {
  type Checked,
  decodeTrailer,
  FOOTER_BYTES,
  type TrailerDamage,
  trailerBytes,
} from './pack-trailer.js';
import type { PackEntry } from './place.js';

/** Read first: the trailers of most packs lie in it whole. */
const END_BYTES = 16 * 1024;

/** The trailer of the pack under `key`; undefined when the key is not there. */
export async function readTrailer(
  store: ObjectStore,
  key: string,
): Promise<Checked<PackTrailer> | undefined> {
  const bytes = await store.size(key);
  if (bytes === undefined) return undefined;
  const end = await readEnd(store, key, { bytes, wanted: END_BYTES });
  if (!end) return undefined;
  const trailer = trailerBytes(end, bytes);
  if (!trailer.ok) return trailer;
  const wanted = trailer.value + FOOTER_BYTES;
  const whole = wanted <= end.length ? end : await readEnd(store, key, { bytes, wanted });
  return whole && decodeTrailer(whole, bytes);
}

function readEnd(
  store: ObjectStore,
  key: string,
  { bytes, wanted }: { bytes: number; wanted: number },
): Promise<Buffer | undefined> {
  return store.read(key, { start: Math.max(0, bytes - wanted), end: bytes });
}

/** An entry whose bytes have another digest than the trailer says. */
export type EntryDamage = Readonly<{ entry: PackEntry; found: string }>;

/** What re-reading every byte of a pack found; `other-pack`: its trailer names another pack than its key. `bytes` is how many were read. */
export type PackVerdict = Readonly<{
  bytes: number;
  entries: number;
  damage?: TrailerDamage | 'other-pack';
  mismatches: readonly EntryDamage[];
}>;

/** Re-reads the pack under `key` and compares every entry with its digest; undefined when the key is not there. */
export async function verifyPack(
  store: ObjectStore,
  key: string,
  signal?: AbortSignal,
): Promise<PackVerdict | undefined> {
  const trailer = await readTrailer(store, key);
  if (!trailer) return undefined;
  if (!trailer.ok) return { bytes: 0, entries: 0, damage: trailer.damage, mismatches: [] };
  const { pack, entries } = trailer.value;
  const body = await store.stream(key, undefined, signal);
  if (!body) return undefined;
  const { bytes, digests } = await digestsOf(body, entries);
  const mismatches = entries
    .map((entry, index) => ({ entry, found: digests[index] ?? '' }))
    .filter(({ entry, found }) => entry.sha256 !== found);
  const verdict = { bytes, entries: entries.length, mismatches };
  return pack === packOfKey(key) ? verdict : { ...verdict, damage: 'other-pack' };
}

type Extent = Pick<PackEntry, 'offset' | 'bytes'>;

/** The digests of the entries, which lie in order and apart from each other, in one pass over the pack. */
export async function digestsOf(
  body: AsyncIterable<Buffer>,
  entries: readonly Extent[],
): Promise<{ bytes: number; digests: string[] }> {
  const digests: string[] = [];
  let hash = createHash('sha256');
  let at = 0;
  for await (const chunk of body) {
    const chunkEnd = at + chunk.length;
    for (let entry = entries[digests.length]; entry; entry = entries[digests.length]) {
      update(hash, { chunk, at }, entry);
      if (entry.offset + entry.bytes > chunkEnd) break;
      digests.push(hash.digest('hex'));
      hash = createHash('sha256');
    }
    at = chunkEnd;
  }
  return { bytes: at, digests };
}

function update(hash: Hash, { chunk, at }: { chunk: Buffer; at: number }, entry: Extent): void {
  const start = Math.max(0, entry.offset - at);
  const end = Math.min(chunk.length, entry.offset + entry.bytes - at);
  if (start < end) hash.update(chunk.subarray(start, end));
}
