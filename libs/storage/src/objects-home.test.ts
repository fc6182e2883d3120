import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bodyOf, collect } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import type { ObjectStore } from './object-store.js';
import { assertHome, claimHome, ObjectsElsewhere } from './objects-home.js';

const S3 = {
  endpoint: 'https://s3.example',
  bucket: 'images',
  region: 'us-east-1',
  accessKey: 'access',
  secretKey: 'very-secret',
  caFile: undefined,
};
let dataFolder: string;
let bucket: ObjectStore;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'arkim-home-'));
  bucket = memoryObjectStore({ nowMs: () => 1, bytesMax: 10_000 });
});
afterEach(() => rm(dataFolder, { recursive: true }));

const onS3 = (s3 = S3) => ({ dataFolder, s3 });
const onFiles = () => ({ dataFolder, s3: undefined });
const claim = (config = onS3(), archive = 'archive-1') => claimHome(config, bucket, archive);
const record = () => readFile(join(dataFolder, 'objects.json'), 'utf8');

test('an archive that begins on S3 stays there: neither files nor another bucket will do', async () => {
  await claim();
  await expect(claim()).resolves.toBeUndefined();
  await expect(assertHome(onFiles())).rejects.toThrow(
    'the objects of this archive are in the bucket images at https://s3.example: set ARKIM_S3_ENDPOINT',
  );
  await expect(assertHome(onS3({ ...S3, bucket: 'others' }))).rejects.toThrow(ObjectsElsewhere);
  expect(await record()).not.toMatch(/access|secret/);
});
test('one that has files is not begun on S3', async () => {
  await assertHome(onFiles());
  await mkdir(join(dataFolder, 'objects/packs/landing/aa'), { recursive: true });
  await expect(assertHome(onS3())).resolves.toBeUndefined();
  await writeFile(join(dataFolder, 'objects/packs/landing/aa/one'), 'x');
  await expect(claim()).rejects.toThrow(/are files in .*objects: unset ARKIM_S3_ENDPOINT/);
  await expect(record()).rejects.toThrow('ENOENT');
});
test('a bucket belongs to one archive', async () => {
  await claim();
  await rm(join(dataFolder, 'objects.json'));
  await expect(claim(onS3(), 'archive-2')).rejects.toThrow('has the objects of another archive');
  expect((await collect(await bucket.stream('archive'))).toString()).toBe('archive-1');
});
test('a record that is lost is made again from the bucket', async () => {
  await claim();
  await rm(join(dataFolder, 'objects.json'));
  await claim();
  expect(JSON.parse(await record())).toEqual({ endpoint: S3.endpoint, bucket: S3.bucket });
});
test('the bucket may be reached under another address, if it is the same one', async () => {
  await claim();
  const moved = onS3({ ...S3, endpoint: 'https://other.example' });
  await claim(moved);
  expect(await record()).toContain('https://other.example');
  await bucket.remove('archive');
  await expect(claim(moved)).rejects.toThrow('lacks the mark of this archive');
});
test('a record that can’t be read stops the start, whatever it says', async () => {
  for (const text of ['', '{', 'null', '{"bucket":1}']) {
    await writeFile(join(dataFolder, 'objects.json'), text);
    await expect(assertHome(onS3())).rejects.toThrow(ObjectsElsewhere);
    await expect(assertHome(onFiles())).rejects.toThrow(ObjectsElsewhere);
  }
});
test('files need no claim', async () => {
  await claimHome(onFiles(), bucket, 'archive-1');
  await bucket.put('archive', bodyOf(Buffer.from('free')));
});
