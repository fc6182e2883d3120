import { createHash } from 'node:crypto';
import { abortGuard, closeAfterFailure } from './abort-guard.js';
import type { ObjectStore } from './object-store.js';
import { PACK_ENTRIES_MAX, packKey } from './pack.js';
import { encodeTrailer } from './pack-trailer.js';
import type { PackEntry, StoredPack } from './place.js';

/** One part of a request. Its body ends before the next part is asked for. `bytesExpected`: its length, if the sender said so. */
export type LandingPart = Readonly<{ body: AsyncIterable<Uint8Array>; bytesExpected?: number }>;

/** A pack is closed between parts once it has `packBytesMax`; a part longer than `partBytesMax` is refused. */
export type LandingLimits = Readonly<{ packBytesMax: number; partBytesMax: number }>;

/** Packs of 1 GiB; parts of 16 GiB, which no multi-frame of today reaches. */
export const LANDING_LIMITS: LandingLimits = {
  packBytesMax: 1024 ** 3,
  partBytesMax: 16 * 1024 ** 3,
};

/** Who sent it, in opaque ids. */
export type LandingRequest = Readonly<{ request: string; hospital: string; caller: string }>;

/** One request to land; `newPackId` gives a fresh id for each of its packs. */
export type Landing = Readonly<{
  request: LandingRequest;
  newPackId: () => string;
  limits: LandingLimits;
}>;

/** A part of which nothing is named; `bytes` is how long it was. */
export type RefusedPart = Readonly<{ part: number; reason: 'too-large'; bytes: number }>;

/** What is durable now. Every part of the request is an entry of one of the packs or a refused part; `part` counts from 0. */
export type Landed = Readonly<{
  packs: readonly StoredPack[];
  refusedParts: readonly RefusedPart[];
}>;

/**
 * Writes the parts of one request, one after the other, into a pack, and into further packs past the bounds; a part that would
 * reach over the bound gets a pack of its own when its length is known, else it is the last of its pack. Durable once resolved;
 * when it rejects, whole packs may be left that nothing names (design D1).
 */
export async function writeLandingPack(
  store: Pick<ObjectStore, 'put'>,
  landing: Landing,
  parts: AsyncIterable<LandingPart>,
  signal?: AbortSignal,
): Promise<Landed> {
  const source = parts[Symbol.asyncIterator]();
  const packs: StoredPack[] = [];
  const refusedParts: RefusedPart[] = [];
  try {
    const cursor: Cursor = { part: 0, next: await firstPart(source, signal), source };
    while (!cursor.next.done) {
      const open = openPack(landing);
      const { bytes } = await store.put(open.key, packBody(open, cursor), signal);
      const { pack, key, entries } = open;
      if (entries.length > 0) packs.push({ pack, key, bytes, entries });
      refusedParts.push(...open.refusedParts);
    }
  } catch (error) {
    await closeAfterFailure(source, signal);
    throw error;
  }
  return { packs, refusedParts };
}

/** Looked at before the first pack is opened: a request without parts makes none. */
async function firstPart(
  source: AsyncIterator<LandingPart>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<LandingPart>> {
  const abort = abortGuard(signal);
  try {
    return await abort.guard(source.next());
  } finally {
    abort.release();
  }
}

type Cursor = {
  part: number;
  next: IteratorResult<LandingPart>;
  readonly source: AsyncIterator<LandingPart>;
};

type OpenPack = {
  readonly landing: Landing;
  readonly pack: string;
  readonly key: string;
  readonly entries: PackEntry[];
  readonly refusedParts: RefusedPart[];
  bytes: number;
};

function openPack(landing: Landing): OpenPack {
  const pack = landing.newPackId();
  const key = packKey('landing', pack);
  return { landing, pack, key, entries: [], refusedParts: [], bytes: 0 };
}

async function* packBody(open: OpenPack, cursor: Cursor): AsyncGenerator<Uint8Array> {
  while (!cursor.next.done && hasRoom(open, cursor.next.value)) {
    yield* partBody(open, cursor.part, cursor.next.value.body);
    cursor.part += 1;
    cursor.next = await cursor.source.next();
  }
  const { pack, entries, landing } = open;
  yield encodeTrailer({ pack, kind: 'landing', about: landing.request, entries });
}

/** An empty pack has room for any part. */
function hasRoom({ bytes, entries, landing }: OpenPack, part: LandingPart): boolean {
  if (entries.length >= PACK_ENTRIES_MAX) return false;
  return bytes === 0 || bytes + (part.bytesExpected ?? 1) <= landing.limits.packBytesMax;
}

async function* partBody(
  open: OpenPack,
  part: number,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { partBytesMax } = open.landing.limits;
  const hash = createHash('sha256');
  const offset = open.bytes;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > partBytesMax) continue;
    open.bytes += chunk.length;
    hash.update(chunk);
    yield chunk;
  }
  if (bytes > partBytesMax) open.refusedParts.push({ part, reason: 'too-large', bytes });
  else open.entries.push({ part, offset, bytes, sha256: hash.digest('hex') });
}
