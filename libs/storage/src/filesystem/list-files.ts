import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSegment } from '../object-key.js';
import type { Listed } from '../object-store.js';
import { errorCode } from './refusal-of.js';

/** Files whose length is asked for at a time. */
const STATS_MAX = 64;

/** The files below `folder`, their names joined to `prefix`. What disappears meanwhile is left out; so is what no key can name. */
export async function* listFiles(folder: string, prefix: string): AsyncGenerator<Listed> {
  let names: string[] = [];
  for await (const entry of entriesOf(folder)) {
    if (!isSegment(entry.name)) continue;
    if (entry.isDirectory()) yield* listFiles(join(folder, entry.name), `${prefix}${entry.name}/`);
    if (!entry.isFile()) continue;
    names.push(entry.name);
    if (names.length < STATS_MAX) continue;
    yield* listed(folder, prefix, names);
    names = [];
  }
  yield* listed(folder, prefix, names);
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder, { bufferSize: 1024 });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function* listed(
  folder: string,
  prefix: string,
  names: readonly string[],
): AsyncGenerator<Listed> {
  const found = await Promise.all(
    names.map((name) => describe(join(folder, name), `${prefix}${name}`)),
  );
  for (const file of found) if (file) yield file;
}

async function describe(path: string, key: string): Promise<Listed | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { key, bytes: size, writtenAtMs: mtimeMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
