import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandleCache, handleCache } from './handle-cache.js';

let folder: string;
let handles: HandleCache;
const faults: unknown[] = [];
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-handles-'));
  handles = handleCache(2, (fault) => faults.push(fault));
  for (const name of ['a', 'b', 'c']) await writeFile(path(name), name);
});
afterEach(async () => {
  handles.close();
  await rm(folder, { recursive: true });
  expect(faults).toEqual([]);
});

const acquire = async (name: string) => {
  const held = await handles.acquire(path(name));
  if (!held) throw new Error('not there');
  return held;
};
/** Open until it is closed: then Node gives it the descriptor -1. */
const isOpen = async ({ file }: { file: { fd: number } }) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return file.fd >= 0;
};

test('the same file is opened once', async () => {
  const [one, two] = await Promise.all([acquire('a'), acquire('a')]);
  expect(one.file).toBe(two.file);
  one.release();
  const three = await acquire('a');
  expect(three.file).toBe(two.file);
  two.release();
  three.release();
});

test('the least recently used handle is closed when there are too many', async () => {
  const [a, b] = [await acquire('a'), await acquire('b')];
  a.release();
  b.release();
  (await acquire('a')).release();
  (await acquire('c')).release();
  expect(await isOpen(b)).toBe(false);
  expect(await isOpen(a)).toBe(true);
});

test('a handle in use outlives its place in the cache, and is closed by its last release', async () => {
  const [one, two] = [await acquire('a'), await acquire('a')];
  (await acquire('b')).release();
  (await acquire('c')).release();
  one.release();
  one.release();
  expect(await isOpen(two)).toBe(true);
  two.release();
  expect(await isOpen(two)).toBe(false);
});

test('more files at once than there is room for are all usable', async () => {
  const held = await Promise.all(['a', 'b', 'c', 'a', 'b', 'c'].map(acquire));
  const texts = await Promise.all(held.map(({ file }) => file.read(Buffer.alloc(1), 0, 1, 0)));
  expect(texts.map(({ buffer }) => buffer.toString())).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  for (const each of held) each.release();
});

test('a forgotten file is opened anew', async () => {
  const before = await acquire('a');
  before.release();
  handles.forget(path('a'));
  expect(await isOpen(before)).toBe(false);
  const after = await acquire('a');
  expect(after.file).not.toBe(before.file);
  after.release();
});

test('the handle of a file that another process removed is closed', async () => {
  const [a, b] = [await acquire('a'), await acquire('b')];
  a.release();
  b.release();
  await unlink(path('a'));
  await handles.forgetRemoved();
  expect(await isOpen(a)).toBe(false);
  expect(await isOpen(b)).toBe(true);
  expect(await handles.acquire(path('a'))).toBeUndefined();
});

test('that a file was not there a moment ago is not believed', async () => {
  const early = [handles.acquire(path('d')), handles.acquire(path('d'))];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  writeFileSync(path('d'), 'd');
  const late = await Promise.all([acquire('d'), acquire('d'), acquire('d')]);
  for (const held of [...late, ...(await Promise.all(early))]) held?.release();
  handles.forget(path('d'));
  for (const held of late) {
    expect(held.bytes).toBe(1);
    expect(await isOpen(held)).toBe(false);
  }
});
