import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './clone.mjs';

const NOT_BUILT = /\.(test|testing|contract)\.ts$/;
const BUILD_SETTINGS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];

/** What `npm ci` depends on. */
export function installDigest() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

/** What the compiler reads. A digest says in milliseconds whether a build is stale; the compiler takes seconds. */
export function buildDigest() {
  const hash = createHash('sha256');
  for (const file of [...sources(), ...BUILD_SETTINGS.map((name) => join(root, name))]) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Every TypeScript file that is compiled, in a fixed order. */
export function sources() {
  return ['apps', 'libs']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !NOT_BUILT.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** The text of a marker file, undefined when it isn't there. */
export function readMarker(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
