import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from '../body.testing.js';
import { openFileObjectStore } from './file-object-store.js';
import { temporaryFiles } from './temporary-files.js';

const SPARES_MAX = 3;
const POLL_MS = 5;

let folder: string;
const faults: unknown[] = [];
const report = (fault: unknown) => faults.push(fault);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-temporaries-'));
});
afterEach(async () => {
  expect(faults).toEqual([]);
  await rm(folder, { recursive: true });
});

const filesThere = async (count: number): Promise<readonly string[]> => {
  for (;;) {
    const names = await readdir(folder);
    if (names.length === count) return names;
    await delay(POLL_MS);
  }
};

test('as many files are opened ahead as were missed, up to the bound, and are taken before others', async () => {
  const files = temporaryFiles(folder, SPARES_MAX, report);
  const first = [await files.take(), await files.take()];
  const ahead = (await filesThere(4)).filter(
    (name) => !first.some(({ path }) => basename(path) === name),
  );
  const next = [await files.take(), await files.take()];
  expect(next.map(({ path }) => basename(path)).sort()).toEqual(ahead.sort());
  for (let missed = 0; missed < 9; missed++) await files.take();
  await filesThere(13 + SPARES_MAX);
  files.close();
  await filesThere(13);
});

test('files that nobody takes between two rests are let go, and so are all at the end', async () => {
  const files = temporaryFiles(folder, SPARES_MAX, report);
  await files.take();
  await filesThere(2);
  files.rest();
  await filesThere(2);
  files.rest();
  await filesThere(1);
  await files.take();
  files.close();
  await filesThere(2);
});

test('what is put through files opened ahead is what was given, and none of them stays', async () => {
  const root = join(folder, 'objects');
  const store = await openFileObjectStore({ root, report, sparesMax: SPARES_MAX });
  const keys = Array.from({ length: 40 }, (_, at) => `packs/landing/aa/${1000 + at}`);
  await Promise.all(keys.map((key, at) => store.put(key, bodyOf(bytesOf(100 + at, at)))));
  for (const [at, key] of keys.entries())
    expect((await collect(await store.stream(key))).equals(bytesOf(100 + at, at))).toBe(true);
  store.close();
  while ((await readdir(join(root, '.temporary'))).length > 0) await delay(POLL_MS);
});
