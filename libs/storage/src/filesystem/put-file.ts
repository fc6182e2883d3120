import { linkSync } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectRefused, type Put } from '../object-store.js';
import type { Folders } from './folders.js';
import { errorCode, refusing } from './refusal-of.js';
import { discard, type Report, type TemporaryFiles } from './temporary-files.js';
import type { WritableFile } from './writable-file.js';
import { writeBody } from './write-body.js';

/** Puts one file: temporary file, flush, link to its name (which never overwrites), flush of the folder. */
export type PutFile = (
  key: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
) => Promise<Put>;

/** What dies in the middle of a put leaves at most a temporary file, or a whole object that nothing names (design D1). */
export function filePutter(folders: Folders, temporaries: TemporaryFiles, report: Report): PutFile {
  return async (key, body, signal) => {
    const path = folders.pathOf(key);
    signal?.throwIfAborted();
    await folders.ready(dirname(path));
    const temporary = await refusing(temporaries.take());
    try {
      const bytes = await fill(temporary.file, body, signal);
      await refusing(linkNew(folders, temporary.path, path));
      discard(temporary.path, report);
      await makeDurable(folders, path, report);
      return { bytes };
    } catch (error) {
      discard(temporary.path, report);
      throw error;
    }
  };
}

async function fill(
  file: WritableFile,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  try {
    const bytes = await writeBody(file, body, signal);
    signal?.throwIfAborted();
    return bytes;
  } finally {
    file.close();
  }
}

async function linkNew(folders: Folders, from: string, to: string): Promise<void> {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') folders.lost(dirname(to));
    throw errorCode(error) === 'EEXIST' ? new ObjectRefused('exists', { cause: error }) : error;
  }
}

/** A name that may be lost is taken back: the caller is told that nothing was stored. */
async function makeDurable(folders: Folders, path: string, report: Report): Promise<void> {
  try {
    await folders.sync(dirname(path));
  } catch (error) {
    discard(path, report);
    throw error;
  }
}

/** Removes what dead processes left in `folder`, last written before `olderThanMs` (UTC epoch milliseconds); resolves to how many. */
export async function removeTemporaries(folder: string, olderThanMs: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      if ((await stat(path)).mtimeMs >= olderThanMs) continue;
      await unlink(path);
      removed += 1;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return removed;
}
