import type { FoundFile } from './find-files.js';

/** What one job brings at most; a longer file has a job of its own. */
export type BatchBounds = Readonly<{ filesMax: number; bytesMax: number }>;

/** A job like this is a second of a worker's time, so that a store never waits long for one. */
export const BATCH_BOUNDS: BatchBounds = { filesMax: 100, bytesMax: 256 * 1024 * 1024 };

/** Files in the order they come, in batches within the bounds; none is empty. */
export async function* inBatches(
  files: AsyncIterable<FoundFile>,
  { filesMax, bytesMax }: BatchBounds = BATCH_BOUNDS,
): AsyncGenerator<readonly FoundFile[]> {
  let batch: FoundFile[] = [];
  let bytes = 0;
  for await (const file of files) {
    if (batch.length > 0 && (batch.length === filesMax || bytes + file.bytes > bytesMax)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.bytes;
  }
  if (batch.length > 0) yield batch;
}
