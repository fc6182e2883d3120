import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { samplesFolder } from '../places.js';

/** The files of one study, for the hospital that has its folder. */
export type SampleStudy = Readonly<{ hospital: string; name: string; files: readonly Buffer[] }>;

/** Reads `infra/samples/<hospital>/<study>/*.dcm`. */
export async function readSamples(): Promise<readonly SampleStudy[]> {
  const studies: SampleStudy[] = [];
  for (const hospital of await foldersIn(samplesFolder))
    for (const name of await foldersIn(join(samplesFolder, hospital))) {
      const folder = join(samplesFolder, hospital, name);
      const names = (await readdir(folder)).filter((file) => file.endsWith('.dcm')).sort();
      const files = await Promise.all(names.map((file) => readFile(join(folder, file))));
      studies.push({ hospital, name, files });
    }
  return studies;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
