import type { Dirent } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LANDING_LIMITS } from '#storage/landing-pack';

/** A DICOM Part 10 file (PS3.10 §7.1) and its length in bytes. */
export type FoundFile = Readonly<{ path: string; bytes: number }>;

/** Why a file isn't asked of the archive. */
export type Skipped = 'hidden' | 'not a DICOM file' | 'a DICOMDIR' | 'a link' | 'not a file';

/** Why something that may well be a DICOM file can't be imported. */
export type Failed = 'unreadable' | 'too large' | 'folders too deep' | 'too many in one folder';

export type Found =
  | FoundFile
  | Readonly<{ path: string; skipped: Skipped }>
  | Readonly<{ path: string; failed: Failed }>;

const FOLDERS_DEEP_MAX = 64;
const FOLDER_ENTRIES_MAX = 1_000_000;
const PREAMBLE_BYTES = 128;
const PREFIX = Buffer.from('DICM');

/**
 * The files of these paths, and of the folders among them with all folders below, in the order of their names: the same folder gives
 * the same order again. A hidden folder counts as one hidden file. Throws when a path isn't there.
 */
export async function* findFiles(paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) yield* filesBelow(path, 1);
    else yield await look(path);
  }
}

async function* filesBelow(folder: string, depth: number): AsyncGenerator<Found> {
  if (depth > FOLDERS_DEEP_MAX) return yield { path: folder, failed: 'folders too deep' };
  const entries = await entriesOf(folder).catch((): Failed => 'unreadable');
  if (!Array.isArray(entries)) return yield { path: folder, failed: entries };
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const skipped = skippedAt(entry);
    if (skipped !== undefined) yield { path, skipped };
    else if (entry.isDirectory()) yield* filesBelow(path, depth + 1);
    else yield await look(path);
  }
}

const entriesOf = async (folder: string): Promise<Dirent[] | Failed> => {
  const entries: Dirent[] = [];
  for await (const entry of await opendir(folder)) {
    if (entries.length === FOLDER_ENTRIES_MAX) return 'too many in one folder';
    entries.push(entry);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Links aren't followed: what they name is imported where it lies, or not at all. */
const skippedAt = (entry: Dirent): Skipped | undefined => {
  if (entry.name.startsWith('.')) return 'hidden';
  if (entry.isSymbolicLink()) return 'a link';
  return entry.isFile() || entry.isDirectory() ? undefined : 'not a file';
};

const look = async (path: string): Promise<Found> => {
  if (basename(path).toUpperCase() === 'DICOMDIR') return { path, skipped: 'a DICOMDIR' };
  const start = await startOf(path).catch(() => undefined);
  if (start === undefined) return { path, failed: 'unreadable' };
  if (!start.prefix.equals(PREFIX)) return { path, skipped: 'not a DICOM file' };
  return start.bytes > LANDING_LIMITS.partBytesMax
    ? { path, failed: 'too large' }
    : { path, bytes: start.bytes };
};

const startOf = async (path: string) => {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read({
      buffer: Buffer.alloc(PREFIX.length),
      position: PREAMBLE_BYTES,
    });
    return { prefix: buffer.subarray(0, bytesRead), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
};
