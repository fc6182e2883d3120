import { assertReadable, assertWithin } from '../byte-range.js';
import type { Allocate, ByteRange } from '../object-store.js';
import type { HandleCache, Held } from './handle-cache.js';

/** Bytes of one chunk of a stream. */
const CHUNK_BYTES = 512 * 1024;

type RangeToRead = Readonly<{
  range: ByteRange;
  allocate: Allocate | undefined;
  nowBytesMax: number;
}>;

/** `range` of the file, in one buffer; undefined when there is no such file. Up to `nowBytesMax` are read in this thread. */
export async function readRange(
  handles: HandleCache,
  path: string,
  { range, allocate, nowBytesMax }: RangeToRead,
): Promise<Buffer | undefined> {
  const held = handles.acquire(path);
  if (!held) return undefined;
  try {
    assertReadable(range, held.bytes);
    return range.end - range.start <= nowBytesMax
      ? readNow(held, range, allocate)
      : await readExactly(held, range, allocate);
  } finally {
    held.release();
  }
}

/** `range` of the file, or all of it, chunk by chunk; undefined when there is no such file. */
export async function streamRange(
  handles: HandleCache,
  path: string,
  { range, signal }: { range: ByteRange | undefined; signal: AbortSignal | undefined },
): Promise<AsyncIterable<Buffer> | undefined> {
  const held = handles.acquire(path);
  if (!held) return undefined;
  try {
    const wanted = range ?? { start: 0, end: held.bytes };
    assertWithin(wanted, held.bytes);
    return { [Symbol.asyncIterator]: () => chunksOf(handles, path, { range: wanted, signal }) };
  } finally {
    held.release();
  }
}

/** The handle is taken when iterating starts: a stream that nobody iterates holds nothing. The next chunk is read while the last one is used. */
async function* chunksOf(
  handles: HandleCache,
  path: string,
  { range, signal }: { range: ByteRange; signal: AbortSignal | undefined },
): AsyncGenerator<Buffer> {
  const held = handles.acquire(path);
  if (!held) throw new Error('the object was removed before it was streamed');
  let ahead = readAhead(held, range.start, range.end);
  try {
    for (let at = range.start; at < range.end; at += CHUNK_BYTES) {
      signal?.throwIfAborted();
      const chunk = await ahead;
      ahead = readAhead(held, at + CHUNK_BYTES, range.end);
      yield chunk;
    }
  } finally {
    await Promise.allSettled([ahead]);
    held.release();
  }
}

/** A failure is told when the chunk is asked for. */
function readAhead(held: Held, start: number, end: number): Promise<Buffer> {
  const chunk = readExactly(held, { start, end: Math.min(start + CHUNK_BYTES, end) });
  chunk.catch(() => undefined);
  return chunk;
}

function readNow(
  held: Held,
  { start, end }: ByteRange,
  allocate: Allocate = Buffer.allocUnsafeSlow,
): Buffer {
  if (end <= start) return Buffer.alloc(0);
  const buffer = allocate(end - start);
  for (let filled = 0; filled < buffer.length; ) {
    const bytes = held.file.readNow(buffer, filled, buffer.length - filled, start + filled);
    if (bytes === 0) throw new Error(`short read: ${buffer.length - filled} bytes missing`);
    filled += bytes;
  }
  return buffer;
}

async function readExactly(
  held: Held,
  { start, end }: ByteRange,
  allocate: Allocate = Buffer.allocUnsafeSlow,
): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const buffer = allocate(end - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await held.file.read(
      buffer,
      filled,
      buffer.length - filled,
      start + filled,
    );
    if (bytesRead === 0) throw new Error(`short read: ${buffer.length - filled} bytes missing`);
    filled += bytesRead;
  }
  return buffer;
}
