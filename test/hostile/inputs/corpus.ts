import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDERS = [join(ROOT, 'infra/samples'), join(ROOT, '../shared/dicom')];
/** Larger files add time and nothing else. */
const FILE_BYTES_MAX = 300_000;

/** Real files to begin with, broken ones too, always in the same order. Throws when a folder isn't there. */
export function corpus(): readonly string[] {
  return FOLDERS.flatMap((folder) => {
    if (!existsSync(folder)) throw new Error('a folder of real files is missing');
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(md|py|tsv|txt)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => statSync(file).size <= FILE_BYTES_MAX)
      .sort();
  });
}

const kept = new Map<string, Buffer>();

/** A copy of a file of the corpus. */
export function bytesOf(file: string): Buffer {
  const bytes = kept.get(file) ?? readFileSync(file);
  kept.set(file, bytes);
  return Buffer.from(bytes);
}
