import { closeSync, fsync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assertKey, assertPrefix } from '../object-key.js';
import { folderSync } from './folder-sync.js';
import { errorCode, refusing } from './refusal-of.js';

/** Temporary files lie here, under the root: no key and so no listing can name it. */
const TEMPORARY = '.temporary';

/** Folders known to be durable; when there are more, they are looked at again. */
const READY_MAX = 16_384;

/** Names below one root folder. */
export type Folders = Readonly<{
  temporary: string;
  pathOf(key: string): string;
  pathOfFolder(prefix: string): string;
  /** Creates the folder that a file is to lie in, with its parents, all durable. */
  ready(folder: string): Promise<void>;
  /** To be made again when it is next needed. */
  lost(folder: string): void;
  /** Makes what was linked into or removed from the folder so far durable. */
  sync(folder: string): Promise<void>;
}>;

/** The folders below `root`, which is created when it isn't there. */
export async function openFolders(root: string): Promise<Folders> {
  const sync = folderSync(flush);
  const made = new Map<string, Promise<void>>();

  const make = async (folder: string) => {
    if (folder !== root) await ready(dirname(folder));
    await makeFolder(folder);
    await sync(dirname(folder));
  };
  const ready = (folder: string): Promise<void> => {
    const known = made.get(folder);
    if (known !== undefined) return known;
    if (made.size >= READY_MAX) made.clear();
    const making = refusing(make(folder));
    made.set(folder, making);
    making.catch(() => made.delete(folder));
    return making;
  };

  const temporary = join(root, TEMPORARY);
  await mkdir(dirname(root), { recursive: true });
  await ready(temporary);
  return {
    temporary,
    pathOf: (key) => {
      assertKey(key);
      return join(root, key);
    },
    pathOfFolder: (prefix) => {
      assertPrefix(prefix);
      return join(root, prefix);
    },
    ready,
    lost: (folder) => made.delete(folder),
    sync,
  };
}

/** Another process may have made the folder a moment ago, not yet durable: the caller flushes its parent in any case. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o750 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

const fsyncAsync = promisify(fsync);

/** Only the flush waits for the disk; see writable-file.ts. */
async function flush(folder: string): Promise<void> {
  const descriptor = openSync(folder, 'r');
  try {
    await fsyncAsync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
