import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { ReadStopped } from './read-error.js';
import type { ReadableFile } from './window.js';

const CHUNK_BYTES = 64 * 1024;

/**
 * The inflated data set of a Deflated Explicit VR Little Endian file (PS3.5 §A.5), whose deflated bytes begin at `start`.
 * It can only be read forwards: `read` drops what lies in front of it. More than `inflatedBytesMax` bytes, and bytes that
 * don't inflate, throw ReadStopped. `length` is Infinity until the end was read. `close` ends the decompressor.
 */
export const inflatedFile = (
  file: ReadableFile,
  start: number,
  inflatedBytesMax: number,
): ReadableFile & Readonly<{ close: () => void }> => {
  const inflating = inflate(file, start, inflatedBytesMax);
  let held: Buffer = Buffer.alloc(0);
  let heldAt = 0;
  let length = Number.POSITIVE_INFINITY;

  const drop = (until: number): void => {
    const bytes = Math.min(held.length, Math.max(0, until - heldAt));
    held = held.subarray(bytes);
    heldAt += bytes;
  };
  /** Brings the stretch from `from` on to at least `end`; what is in front of it is let go while it comes. */
  const hold = async (from: number, end: number): Promise<void> => {
    const parts = [held];
    let heldEnd = heldAt + held.length;
    while (heldEnd < end && length === Number.POSITIVE_INFINITY) {
      const chunk = await inflating.next(heldEnd);
      if (chunk === undefined) {
        length = heldEnd;
        break;
      }
      heldEnd += chunk.length;
      if (heldEnd > from) parts.push(chunk);
      else heldAt = heldEnd;
    }
    held = Buffer.concat(parts);
  };
  return {
    get length() {
      return length;
    },
    read: async (from, end) => {
      drop(from);
      await hold(from, end);
      drop(from);
      return held.subarray(0, Math.max(0, end - heldAt));
    },
    close: inflating.close,
  };
};

const inflate = (file: ReadableFile, start: number, bytesMax: number) => {
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(chunks(file, start));
  source.on('error', (error) => inflater.destroy(error));
  const output = source.pipe(inflater)[Symbol.asyncIterator]();
  /** The next chunk, which begins at `at`; undefined at the end. */
  const next = async (at: number): Promise<Buffer | undefined> => {
    const result: IteratorResult<Buffer, unknown> = await output.next().catch((error: unknown) => {
      throw isZlibError(error) ? new ReadStopped('inflate-failed', at) : error;
    });
    if (result.done === true) return undefined;
    if (at + result.value.length > bytesMax) throw new ReadStopped('inflated-too-long', bytesMax);
    return result.value;
  };
  const close = (): void => {
    source.destroy();
    inflater.destroy();
  };
  return { next, close };
};

async function* chunks(file: ReadableFile, start: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < file.length; at += CHUNK_BYTES)
    yield await file.read(at, Math.min(at + CHUNK_BYTES, file.length));
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
