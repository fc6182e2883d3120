import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The folder of real files beside the repository. */
export const SAMPLES = resolve(import.meta.dirname, '../../../../shared/dicom');

const TEXTS = ['README.md', 'manifest.tsv'];

/** Every sample, as a path within SAMPLES. */
export const sampleFiles = (): string[] =>
  readdirSync(SAMPLES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(SAMPLES, join(entry.parentPath, entry.name)))
    .filter((file) => !TEXTS.includes(file))
    .sort();
