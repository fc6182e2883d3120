import { eachChunk } from '../each-chunk.js';
import { refusing } from './refusal-of.js';
import type { WritableFile } from './writable-file.js';

/** Chunks gather up to here before one `writev`, so that small slices don't cost a system call each. */
export const WRITE_BYTES = 1024 * 1024;

/** Slices of one `writev`, below the 1,024 that Linux takes. */
const SLICES_MAX = 512;

/** Past this much unflushed data the flush starts in the background: a large put must not leave the disk a queue for the others. */
const DIRTY_BYTES_MAX = 8 * 1024 * 1024;

/** Writes `body` from the start of `file` and flushes it; resolves to its length. One write is under way while the next gathers: at most 2 * WRITE_BYTES and two chunks are held. */
export async function writeBody(
  file: WritableFile,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const writer = gatheringWriter(file);
  try {
    await eachChunk(body, signal, writer.write);
    return await writer.finish();
  } finally {
    await writer.settled();
  }
}

function gatheringWriter(file: WritableFile) {
  const later = background();
  const flushing = background();
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let written = 0;
  let dirty = 0;

  const writeGathered = async () => {
    await later.done();
    later.start(writeAll(file, gathered, written));
    written += gatheredBytes;
    dirty += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    if (dirty < DIRTY_BYTES_MAX) return;
    dirty = 0;
    await flushing.done();
    flushing.start(file.datasync());
  };

  /** A file of one write: it fills memory of the kernel, and another thread would be woken for no longer than that takes. */
  const writeWhole = async () => {
    for (let rest = gathered; written < gatheredBytes; ) {
      const bytes = file.writevNow(rest, written);
      if (bytes === 0) throw new Error('the disk takes no more bytes and gives no reason');
      written += bytes;
      rest = after(rest, bytes);
    }
  };

  return {
    write(chunk: Uint8Array): Promise<void> | undefined {
      if (chunk.length === 0) return undefined;
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      const full = gatheredBytes >= WRITE_BYTES || gathered.length >= SLICES_MAX;
      return full ? writeGathered() : undefined;
    },
    async finish(): Promise<number> {
      if (written === 0) await refusing(writeWhole());
      else if (gatheredBytes > 0) await writeGathered();
      await later.done();
      await flushing.done();
      await refusing(file.datasync());
      return written;
    },
    /** Nothing uses the file any more, whether it went well or not. */
    settled: () => Promise.allSettled([later.done(), flushing.done()]),
  };
}

/** One operation under way at most; how it went is told to the next who waits. */
function background() {
  let work: Promise<unknown> = Promise.resolve();
  return {
    start(next: Promise<unknown>): void {
      work = refusing(next);
      work.catch(() => undefined);
    },
    done: () => work,
  };
}

/** A disk that fills up takes a part of the slices first: the rest is tried again, so that the system says why. */
async function writeAll(file: WritableFile, slices: Uint8Array[], position: number): Promise<void> {
  let rest = slices;
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    if (bytesWritten === 0) throw new Error('the disk takes no more bytes and gives no reason');
    at += bytesWritten;
    rest = after(rest, bytesWritten);
  }
}

/** The slices without their first `bytes`. */
function after(slices: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  for (const [index, slice] of slices.entries()) {
    if (skip < slice.length) return [slice.subarray(skip), ...slices.slice(index + 1)];
    skip -= slice.length;
  }
  return [];
}
