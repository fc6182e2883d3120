import { linkSync, unlinkSync } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectRefused, type Put } from '../object-store.js';
import type { Folders } from './folders.js';
import { errorCode, refusing } from './refusal-of.js';
import { openNew, type WritableFile } from './writable-file.js';
import { writeBody } from './write-body.js';

/** Names tried for a temporary file before giving up; others are taken by processes that died under the same process id. */
const NAMES_TRIED_MAX = 10_000;

/** Read-only from its birth: what is stored is never opened for writing again. */
const FILE_MODE = 0o440;

/** Takes the failure to remove a temporary file: the put isn't changed by it, the next start cleans. */
export type Report = (fault: unknown) => void;

/** Puts one file: temporary file, flush, link to its name (which never overwrites), flush of the folder. */
export type PutFile = (
  key: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
) => Promise<Put>;

/** What dies in the middle of a put leaves at most a temporary file, or a whole object that nothing names (design D1). */
export function filePutter(folders: Folders, report: Report): PutFile {
  const nextName = temporaryNames();

  return async (key, body, signal) => {
    const path = folders.pathOf(key);
    signal?.throwIfAborted();
    await folders.ready(dirname(path));
    const temporary = await refusing(openTemporary(folders.temporary, nextName));
    let discarded: Promise<void> = Promise.resolve();
    try {
      const bytes = await fill(temporary.file, body, signal);
      await refusing(linkNew(folders, temporary.path, path));
      discarded = discard(temporary.path, report);
      await makeDurable(folders, path, report);
      return { bytes };
    } catch (error) {
      discarded = discard(temporary.path, report);
      throw error;
    } finally {
      await discarded;
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
    await discard(path, report);
    throw error;
  }
}

async function discard(path: string, report: Report): Promise<void> {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') report(error);
  }
}

/** Unique within this process; across processes the exclusive open decides. */
function temporaryNames(): () => string {
  let count = 0;
  return () => `${process.pid}-${count++}`;
}

async function openTemporary(
  folder: string,
  nextName: () => string,
): Promise<{ path: string; file: WritableFile }> {
  for (let tried = 1; ; tried++) {
    const path = join(folder, nextName());
    try {
      return { path, file: openNew(path, FILE_MODE) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || tried >= NAMES_TRIED_MAX) throw error;
    }
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
