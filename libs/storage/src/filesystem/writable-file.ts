import { closeSync, fdatasync, open, openSync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';

const openAsync = promisify(open);
const writevAsync = promisify(writev);
const fdatasyncAsync = promisify(fdatasync);

/**
 * A file that is being written. Bytes and flushes wait for the disk and go to other threads; naming and closing touch
 * only what the kernel has in memory, and waking a thread for them costs many times what they take (docs/benchmarks.md).
 */
export type WritableFile = Readonly<{
  writev: (slices: Uint8Array[], position: number) => Promise<{ bytesWritten: number }>;
  /** In this thread: for what is little beside the waking of another. */
  writevNow: (slices: Uint8Array[], position: number) => number;
  datasync: () => Promise<void>;
  close: () => void;
}>;

/** Opens a file that must not be there yet; throws the system's error otherwise. */
export const openNew = (path: string, mode: number): WritableFile =>
  writable(openSync(path, 'wx', mode));

/** The same in another thread. */
export const openNewAhead = async (path: string, mode: number): Promise<WritableFile> =>
  writable(await openAsync(path, 'wx', mode));

const writable = (descriptor: number): WritableFile => ({
  writev: (slices, position) => writevAsync(descriptor, slices, position),
  writevNow: (slices, position) => writevSync(descriptor, slices, position),
  datasync: () => fdatasyncAsync(descriptor),
  close: () => closeSync(descriptor),
});
