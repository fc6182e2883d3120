import { assertReadable, assertWithin } from '../byte-range.js';
import { eachChunk } from '../each-chunk.js';
import { assertKey, assertPrefix } from '../object-key.js';
import { type Listed, ObjectRefused, type ObjectStore } from '../object-store.js';

const CHUNK_BYTES = 256 * 1024;

/** `bytesMax` bounds all objects together: what goes beyond is refused with `no-space`. */
export type MemoryObjectStoreOptions = Readonly<{ nowMs: () => number; bytesMax: number }>;

type Stored = Readonly<{ bytes: Buffer; writtenAtMs: number }>;

/** Objects in memory, for tests and simulations. */
export function memoryObjectStore({ nowMs, bytesMax }: MemoryObjectStoreOptions): ObjectStore {
  const objects = new Map<string, Stored>();
  const usedBytes = () => [...objects.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const find = (key: string) => {
    assertKey(key);
    return objects.get(key)?.bytes;
  };

  return {
    async put(key, body, signal) {
      assertKey(key);
      const bytes = await collect(body, () => bytesMax - usedBytes(), signal);
      if (objects.has(key)) throw new ObjectRefused('exists');
      objects.set(key, { bytes, writtenAtMs: nowMs() });
      return { bytes: bytes.length };
    },
    async read(key, range, allocate = Buffer.allocUnsafeSlow) {
      const bytes = find(key);
      if (!bytes) return undefined;
      assertReadable(range, bytes.length);
      const copy = allocate(range.end - range.start);
      bytes.copy(copy, 0, range.start, range.end);
      return copy;
    },
    async stream(key, range, signal) {
      const bytes = find(key);
      if (!bytes) return undefined;
      const { start, end } = range ?? { start: 0, end: bytes.length };
      assertWithin({ start, end }, bytes.length);
      return { [Symbol.asyncIterator]: () => chunksOf(bytes.subarray(start, end), signal) };
    },
    size: async (key) => find(key)?.length,
    async remove(key) {
      assertKey(key);
      objects.delete(key);
    },
    list(prefix) {
      assertPrefix(prefix);
      return listed([...objects], prefix);
    },
    space: async () => ({ freeBytes: bytesMax - usedBytes(), totalBytes: bytesMax }),
  };
}

async function collect(
  body: AsyncIterable<Uint8Array>,
  freeBytes: () => number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const gathered: Uint8Array[] = [];
  let length = 0;
  await eachChunk(body, signal, (chunk) => {
    gathered.push(chunk);
    length += chunk.length;
    if (length > freeBytes()) throw new ObjectRefused('no-space');
    return undefined;
  });
  return Buffer.concat(gathered);
}

async function* chunksOf(bytes: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    signal?.throwIfAborted();
    yield Buffer.from(bytes.subarray(at, at + CHUNK_BYTES));
  }
}

async function* listed(
  objects: readonly [string, Stored][],
  prefix: string,
): AsyncGenerator<Listed> {
  for (const [key, { bytes, writtenAtMs }] of objects)
    if (key.startsWith(prefix)) yield { key, bytes: bytes.length, writtenAtMs };
}
