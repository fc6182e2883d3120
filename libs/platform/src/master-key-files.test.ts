import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { masterKeyFiles } from './master-key-files.js';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'arkim-master-'));
});
afterEach(() => rm(data, { recursive: true }));

test('each version is a file of its own that only its owner can read', async () => {
  const files = masterKeyFiles(data);
  await files.make(1);
  await files.make(2);
  expect((await readdir(join(data, 'keys'))).sort()).toEqual(['master-2.key', 'master.key']);
  expect((await stat(join(data, 'keys/master-2.key'))).mode & 0o777).toBe(0o600);
  expect(await files.read(2)).toHaveLength(32);
  expect(await files.read(2)).not.toEqual(await files.read(1));
});
test('a version that is there stays when it is made again', async () => {
  const files = masterKeyFiles(data);
  await files.make(1);
  const made = await files.read(1);
  await files.make(1);
  expect(await files.read(1)).toEqual(made);
});
test('a destroyed version is gone, and to destroy it again is nothing', async () => {
  const files = masterKeyFiles(data);
  await files.make(3);
  await files.destroy(3);
  await files.destroy(3);
  expect(await files.read(3)).toBeUndefined();
});
test('a key that lost bytes is refused', async () => {
  const files = masterKeyFiles(data);
  await files.make(1);
  await truncate(join(data, 'keys/master.key'), 16);
  await expect(files.read(1)).rejects.toThrow('16 bytes instead of 32');
});
