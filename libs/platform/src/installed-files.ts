import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorFault } from './operator-fault.js';

/** Data files of the installation as text, by name, and a digest of all of them. */
export type InstalledFiles<Name extends string> = Readonly<{
  files: Readonly<Record<Name, string>>;
  digest: string;
}>;

/** Reads files of a folder of the installation, which people may have extended; throws OperatorFault when one isn't there. */
export async function readInstalled<Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<InstalledFiles<Name>> {
  const root = installationWith(folder);
  const digest = createHash('sha256');
  const entries: [Name, string][] = [];
  for (const name of names) {
    const text = await readFile(join(root, folder, name), 'utf8').catch((cause) => {
      throw new OperatorFault(`${folder}/${name} can't be read`, { cause });
    });
    digest.update(`${name} ${text.length}\n`).update(text);
    entries.push([name, text]);
  }
  return {
    files: Object.fromEntries(entries) as Record<Name, string>,
    digest: digest.digest('hex'),
  };
}

/** Above this file, built or not, the first folder that has it. */
const installationWith = (folder: string): string => {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, folder))) return at;
  throw new OperatorFault(`${folder} isn't installed`);
};
