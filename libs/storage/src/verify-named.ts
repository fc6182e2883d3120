import type { ObjectStore } from './object-store.js';
import { packOfKey } from './pack.js';
import type { PackEntry } from './place.js';
import { digestsOf, readTrailer } from './read-pack.js';

/** What a fact says of content in a pack: its digest (SHA-256 in hex) and where it lies. */
export type NamedEntry = Pick<PackEntry, 'offset' | 'bytes' | 'sha256'>;

/** What every byte of a pack, read again, says against its facts. `found` is '' where the object ends before. */
export type NamedVerdict = Readonly<{
  bytes: number;
  damage: 'missing' | 'trailer' | 'bytes' | undefined;
  contents: readonly Readonly<{ sha256: string; found: string }>[];
}>;

/**
 * Reads the pack under `key` again and holds it against what its facts say (`entries`), not against what it says of itself: who changes bytes may
 * change the trailer with them.
 */
export async function verifyNamed(
  store: ObjectStore,
  key: string,
  entries: readonly NamedEntry[],
  signal?: AbortSignal,
): Promise<NamedVerdict> {
  const trailer = await readTrailer(store, key);
  const body = trailer && (await store.stream(key, undefined, signal));
  if (trailer === undefined || body === undefined)
    return { bytes: 0, damage: 'missing', contents: [] };
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  const { bytes, digests } = await digestsOf(body, ordered);
  const contents = ordered
    .map(({ sha256 }, index) => ({ sha256, found: digests[index] ?? '' }))
    .filter(({ sha256, found }) => sha256 !== found);
  if (contents.length > 0) return { bytes, damage: 'bytes', contents };
  const isOwn = trailer.ok && trailer.value.pack === packOfKey(key);
  return { bytes, damage: isOwn ? undefined : 'trailer', contents };
}
