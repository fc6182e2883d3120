import { statfs, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ObjectStore } from '../object-store.js';
import { type Folders, openFolders } from './folders.js';
import { handleCache } from './handle-cache.js';
import { listFiles } from './list-files.js';
import { filePutter, removeTemporaries } from './put-file.js';
import { readRange, streamRange } from './read-file.js';
import { errorCode } from './refusal-of.js';
import { temporaryFiles } from './temporary-files.js';

/** How often handles of files that other processes removed, and spare files that nobody takes, are let go: much sooner than temporaries count as left by the dead. */
const TIDY_MS = 10_000;

/** Where the objects lie. `report` takes faults that change no answer: a temporary file that stays, a handle that doesn't close. */
export type FileObjectStoreOptions = Readonly<{
  root: string;
  report: (fault: unknown) => void;
  /** Idle read handles kept open (default 512). */
  handlesMax?: number;
  /** Empty files kept open for the next puts while puts go on (default 0): for who puts many at the same time. */
  sparesMax?: number;
  /** Reads up to so long are made in this thread (default 0): for who reads what was just written, and serves nobody meanwhile. */
  readNowBytesMax?: number;
}>;

/** Objects as plain files below one folder. */
export interface FileObjectStore extends ObjectStore {
  /** Removes temporary files that dead processes left, last written before `olderThanMs` (UTC epoch milliseconds); resolves to how many. */
  cleanTemporaries(olderThanMs: number): Promise<number>;
  /** Closes idle handles and spare files and ends the timer; puts and streams under way go on. */
  close(): void;
}

/** Opens the store, creating its folder. Several processes may have the same folder open. */
export async function openFileObjectStore(
  options: FileObjectStoreOptions,
): Promise<FileObjectStore> {
  const { report, handlesMax = 512, sparesMax = 0, readNowBytesMax = 0 } = options;
  const folders = await openFolders(resolve(options.root));
  const handles = handleCache(handlesMax, report);
  const temporaries = temporaryFiles(folders.temporary, sparesMax, report);
  const put = filePutter(folders, temporaries, report);
  const tidy = () => {
    try {
      handles.forgetRemoved();
      temporaries.rest();
    } catch (error) {
      report(error);
    }
  };
  const timer = setInterval(tidy, TIDY_MS).unref();

  return {
    put,
    read: async (key, range, allocate) =>
      readRange(handles, folders.pathOf(key), { range, allocate, nowBytesMax: readNowBytesMax }),
    stream: async (key, range, signal) =>
      streamRange(handles, folders.pathOf(key), { range, signal }),
    async size(key) {
      const held = handles.acquire(folders.pathOf(key));
      held?.release();
      return held?.bytes;
    },
    async remove(key) {
      const path = folders.pathOf(key);
      if (await unlinkIfThere(path)) await folders.sync(dirname(path));
      handles.forget(path);
    },
    list: (prefix) => listFiles(folders.pathOfFolder(prefix), prefix),
    space: () => spaceOf(folders),
    cleanTemporaries: (olderThanMs) => removeTemporaries(folders.temporary, olderThanMs),
    close: () => {
      clearInterval(timer);
      temporaries.close();
      handles.close();
    },
  };
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function spaceOf(folders: Folders): Promise<{ freeBytes: number; totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folders.temporary);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
