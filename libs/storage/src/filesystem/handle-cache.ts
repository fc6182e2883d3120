import { fstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from './refusal-of.js';

/** An open file of `bytes` length; whoever acquired it releases it once. */
export type Held = Readonly<{ file: FileHandle; bytes: number; release(): void }>;

type Opened = Readonly<{ file: FileHandle; bytes: number }>;
type Entry = { opened: Promise<Opened | undefined>; uses: number; dropped: boolean };

/** Open read handles of files that never change, the least recently used closed first. */
export type HandleCache = Readonly<{
  /** Undefined when there is no such file now; that somebody else's look, begun earlier, found none is not believed. */
  acquire(path: string): Promise<Held | undefined>;
  /** Closes the handle, once nobody uses it. */
  forget(path: string): void;
  /** Closes handles of files that another process removed: an open handle keeps their bytes on the disk. */
  forgetRemoved(): Promise<void>;
  close(): void;
}>;

/** Keeps at most `openMax` idle handles open; those in use live until their release. `report` takes a failure to close. */
export function handleCache(openMax: number, report: (fault: unknown) => void): HandleCache {
  const cached = new Map<string, Entry>();

  const closeIdle = (entry: Entry) => closeIfIdle(entry, report);
  const drop = (path: string) => {
    const entry = cached.get(path);
    if (!entry) return;
    cached.delete(path);
    entry.dropped = true;
    closeIdle(entry);
  };
  const opening = (path: string): Entry => {
    const entry: Entry = { opened: openFile(path), uses: 0, dropped: false };
    const forgetFailed = () => cached.get(path) === entry && cached.delete(path);
    entry.opened.then((opened) => opened ?? forgetFailed(), forgetFailed);
    return entry;
  };
  const holdNewest = (path: string, entry: Entry) => {
    const held = hold(entry, closeIdle);
    if (cached.get(path) === entry) cached.delete(path);
    else drop(path);
    cached.set(path, entry);
    for (const oldest of cached.keys()) {
      if (cached.size <= openMax) break;
      drop(oldest);
    }
    return held;
  };

  return {
    async acquire(path) {
      const known = cached.get(path);
      const held = known && (await holdNewest(path, known));
      return held ?? holdNewest(path, opening(path));
    },
    forget: drop,
    async forgetRemoved() {
      for (const [path, entry] of [...cached]) {
        const held = entry.dropped ? undefined : await hold(entry, closeIdle);
        if (held && (await linksOf(held)) === 0 && cached.get(path) === entry) drop(path);
      }
    },
    close: () => {
      for (const path of [...cached.keys()]) drop(path);
    },
  };
}

function closeIfIdle(entry: Entry, report: (fault: unknown) => void): void {
  if (!entry.dropped || entry.uses > 0) return;
  entry.opened
    .then(
      (opened) => opened?.file.close(),
      () => undefined,
    )
    .catch(report);
}

async function hold(entry: Entry, onRelease: (entry: Entry) => void): Promise<Held | undefined> {
  entry.uses += 1;
  const opened = await entry.opened;
  if (!opened) return undefined;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.uses -= 1;
    onRelease(entry);
  };
  return { ...opened, release };
}

async function linksOf(held: Held): Promise<number> {
  try {
    return (await held.file.stat()).nlink;
  } finally {
    held.release();
  }
}

async function openFile(path: string): Promise<Opened | undefined> {
  const file = await openIfThere(path);
  if (!file) return undefined;
  try {
    const found = fstatSync(file.fd);
    if (found.isFile()) return { file, bytes: found.size };
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
