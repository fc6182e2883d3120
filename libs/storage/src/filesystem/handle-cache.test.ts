import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandleCache, type Held, handleCache } from './handle-cache.js';

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

const acquire = (name: string) => {
  const held = handles.acquire(path(name));
  if (!held) throw new Error('not there');
  return held;
};
const isOpen = ({ file }: Held) => file.isOpen();

test('the same file is opened once', () => {
  const [one, two] = [acquire('a'), acquire('a')];
  expect(one.file).toBe(two.file);
  one.release();
  const three = acquire('a');
  expect(three.file).toBe(two.file);
  two.release();
  three.release();
});

test('the least recently used handle is closed when there are too many', () => {
  const [a, b] = [acquire('a'), acquire('b')];
  a.release();
  b.release();
  acquire('a').release();
  acquire('c').release();
  expect(isOpen(b)).toBe(false);
  expect(isOpen(a)).toBe(true);
});

test('a handle in use outlives its place in the cache, and is closed by its last release', () => {
  const [one, two] = [acquire('a'), acquire('a')];
  acquire('b').release();
  acquire('c').release();
  one.release();
  one.release();
  expect(isOpen(two)).toBe(true);
  two.release();
  expect(isOpen(two)).toBe(false);
});

test('more files at once than there is room for are all usable', async () => {
  const held = ['a', 'b', 'c', 'a', 'b', 'c'].map(acquire);
  const texts = held.map(() => Buffer.alloc(1));
  await Promise.all(held.map(({ file }, at) => file.read(texts[at] as Buffer, 0, 1, 0)));
  expect(texts.map((text) => text.toString())).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  for (const each of held) each.release();
});

test('a forgotten file is opened anew', () => {
  const before = acquire('a');
  before.release();
  handles.forget(path('a'));
  expect(isOpen(before)).toBe(false);
  const after = acquire('a');
  expect(after.file).not.toBe(before.file);
  after.release();
});

test('the handle of a file that another process removed is closed', async () => {
  const [a, b] = [acquire('a'), acquire('b')];
  a.release();
  b.release();
  await unlink(path('a'));
  handles.forgetRemoved();
  expect(isOpen(a)).toBe(false);
  expect(isOpen(b)).toBe(true);
  expect(handles.acquire(path('a'))).toBeUndefined();
});

test('that a file was not there a moment ago is not believed', async () => {
  expect(handles.acquire(path('d'))).toBeUndefined();
  await writeFile(path('d'), 'd');
  const held = acquire('d');
  expect(held.bytes).toBe(1);
  held.release();
});

test('a folder is no file', () => {
  expect(handles.acquire(folder)).toBeUndefined();
});

test('nothing is read by a handle that was closed', async () => {
  const held = acquire('a');
  handles.forget(path('a'));
  held.release();
  await expect(held.file.read(Buffer.alloc(1), 0, 1, 0)).rejects.toThrow('closed');
});
