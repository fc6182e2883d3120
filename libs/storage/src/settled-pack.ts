import { createHash } from 'node:crypto';
import type { ObjectStore } from './object-store.js';
import { type PackAbout, type PackKind, packKey } from './pack.js';
import { encodeTrailer } from './pack-trailer.js';
import type { PackEntry, StoredPack } from './place.js';

/** Bytes to go into a pack; with `sha256` (hex) they must have that digest. */
export type EntryToWrite = Readonly<{
  bytes: number;
  sha256?: string;
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}>;

/** What the trailer says beside the entries. */
export type PackHeader = Readonly<{ pack: string; kind: PackKind; about: PackAbout }>;

/** The bytes read for an entry are not those that were named; `part` is its index (from 0). Nothing was stored. */
export class EntryMismatch extends Error {
  constructor(
    readonly part: number,
    readonly mismatch: 'length' | 'digest',
  ) {
    super(`entry ${part} of a pack to write has another ${mismatch} than named`);
  }
}

/** Writes a settled or extract pack, checking every entry on the way. Durable once resolved; a mismatch throws EntryMismatch. */
export async function writePack(
  store: ObjectStore,
  header: PackHeader,
  entries: AsyncIterable<EntryToWrite> | Iterable<EntryToWrite>,
  signal?: AbortSignal,
): Promise<StoredPack> {
  const { pack, kind } = header;
  const key = packKey(kind, pack);
  const written: PackEntry[] = [];
  const { bytes } = await store.put(key, packBody(header, entries, written), signal);
  return { pack, key, bytes, entries: written };
}

/** A pack as bytes, for a caller that keeps small packs elsewhere than in files. */
export async function packInMemory(
  header: PackHeader,
  entries: Iterable<EntryToWrite>,
): Promise<StoredPack & Readonly<{ body: Buffer }>> {
  const written: PackEntry[] = [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of packBody(header, entries, written)) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { pack, kind } = header;
  return { pack, key: packKey(kind, pack), bytes: body.length, entries: written, body };
}

async function* packBody(
  header: PackHeader,
  entries: AsyncIterable<EntryToWrite> | Iterable<EntryToWrite>,
  written: PackEntry[],
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const entry of entries) {
    const part = written.length;
    const sha256 = yield* checkedBody(entry, part);
    written.push({ part, offset, bytes: entry.bytes, sha256 });
    offset += entry.bytes;
  }
  const { pack, kind, about } = header;
  yield encodeTrailer({ pack, kind, about, entries: written });
}

async function* checkedBody(entry: EntryToWrite, part: number): AsyncGenerator<Uint8Array, string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of entry.body) {
    bytes += chunk.length;
    if (bytes > entry.bytes) throw new EntryMismatch(part, 'length');
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== entry.bytes) throw new EntryMismatch(part, 'length');
  const sha256 = hash.digest('hex');
  if (entry.sha256 !== undefined && entry.sha256 !== sha256)
    throw new EntryMismatch(part, 'digest');
  return sha256;
}
