import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of real files beside the repository. */
export const FOLDER = resolve(import.meta.dirname, '../../../../shared/dicom');
export const PYTHON = '/usr/bin/python3';

/** A file outside `broken/`: it has to be stored. `ends`: SHA-256 of its first and last frame as stored, where pydicom can cut it. */
export type SoundFile = Readonly<{
  name: string;
  study: string;
  series: string;
  instance: string;
  transferSyntax: string;
  frames: number;
  ends: readonly string[];
  /** Where its SOP Instance UID is free: files that share one go to hospitals of their own. */
  hospital: string;
}>;

export const bytesOfFile = (name: string): Buffer<ArrayBuffer> => readFileSync(join(FOLDER, name));

const INSTANCE_COLUMN = 12;
const rows = readFileSync(join(FOLDER, 'manifest.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((row) => row.split('\t'))
  .map((columns) => ({ name: columns[0] ?? '', instance: columns[INSTANCE_COLUMN] ?? '' }));
const isBroken = ({ name }: { name: string }) => name.startsWith('broken/');

/** Files that are malformed, not storable or from a fuzz corpus. `isTwin`: a sound file has its SOP Instance UID too. */
export function brokenFiles(): readonly Readonly<{ name: string; isTwin: boolean }>[] {
  const sound = new Set(rows.filter((row) => !isBroken(row)).map(({ instance }) => instance));
  return rows.filter(isBroken).map(({ name, instance }) => ({ name, isTwin: sound.has(instance) }));
}

/** Every file that has to be stored, and the hospital where it's the first of its UID. */
export function soundFiles(): readonly SoundFile[] {
  const sound = rows.filter((row) => !isBroken(row)).map(({ name }) => name);
  const output = execFileSync(PYTHON, [join(import.meta.dirname, 'facts.py'), FOLDER], {
    input: sound.join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const used = new Map<string, number>();
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const file = JSON.parse(line) as SoundFile;
      const nth = used.get(file.instance) ?? 0;
      used.set(file.instance, nth + 1);
      return { ...file, hospital: hospitalNumber(nth) };
    });
}

const hospitalNumber = (index: number): string =>
  ['HOSP-A', 'HOSP-B', 'HOSP-C'][index] ?? `HOSP-D${index + 1}`;
