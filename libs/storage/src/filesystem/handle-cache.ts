import { openReadable, type ReadableFile } from './readable-file.js';

/** An open file of `bytes` length; whoever acquired it releases it once. */
export type Held = Readonly<{ file: ReadableFile; bytes: number; release(): void }>;

type Entry = { readonly file: ReadableFile; uses: number; dropped: boolean };

/** Open read handles of files that never change, the least recently used closed first. */
export type HandleCache = Readonly<{
  /** Undefined when there is no such file now. */
  acquire(path: string): Held | undefined;
  /** Closes the handle, once nobody uses it. */
  forget(path: string): void;
  /** Closes handles of files that another process removed: an open handle keeps their bytes on the disk. */
  forgetRemoved(): void;
  close(): void;
}>;

/** Keeps at most `openMax` idle handles open; those in use live until their release. `report` takes a failure to close. */
export function handleCache(openMax: number, report: (fault: unknown) => void): HandleCache {
  const cached = new Map<string, Entry>();

  const closeIdle = (entry: Entry) => {
    if (!entry.dropped || entry.uses > 0) return;
    try {
      entry.file.close();
    } catch (error) {
      report(error);
    }
  };
  const drop = (path: string) => {
    const entry = cached.get(path);
    if (!entry) return;
    cached.delete(path);
    entry.dropped = true;
    closeIdle(entry);
  };
  const entryOf = (path: string): Entry | undefined => {
    const known = cached.get(path);
    if (known) return known;
    const file = openReadable(path);
    return file && { file, uses: 0, dropped: false };
  };
  const dropOldest = () => {
    for (const oldest of cached.keys()) {
      if (cached.size <= openMax) break;
      drop(oldest);
    }
  };

  return {
    acquire(path) {
      const entry = entryOf(path);
      if (!entry) return undefined;
      const held = hold(entry, closeIdle);
      cached.delete(path);
      cached.set(path, entry);
      dropOldest();
      return held;
    },
    forget: drop,
    forgetRemoved() {
      for (const [path, { file }] of [...cached]) if (file.links() === 0) drop(path);
    },
    close: () => {
      for (const path of [...cached.keys()]) drop(path);
    },
  };
}

function hold(entry: Entry, onRelease: (entry: Entry) => void): Held {
  entry.uses += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.uses -= 1;
    onRelease(entry);
  };
  return { file: entry.file, bytes: entry.file.bytes, release };
}
