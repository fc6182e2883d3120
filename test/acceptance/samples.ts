import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../infra/samples');

/** A file that the demonstration stores on its first start; `name` is its path below the hospital's folder. */
export type Sample = Readonly<{ hospital: string; name: string; bytes: Buffer<ArrayBuffer> }>;

export const SAMPLES: readonly Sample[] = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.dcm'))
  .sort()
  .map((path) => {
    const [hospital = '', ...rest] = path.split('/');
    return { hospital, name: rest.join('/'), bytes: readFileSync(join(FOLDER, path)) };
  });

export function sampleNamed(name: string): Sample {
  const found = SAMPLES.find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}
