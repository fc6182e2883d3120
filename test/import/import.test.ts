import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ingestQueue } from '#storage/postgres/ingest-queue';
import { UsageFault } from '../../apps/archive-cli/src/command.js';
import { findFiles } from '../../apps/archive-cli/src/import/find-files.js';
import { importFiles } from '../../apps/archive-cli/src/import/import-files.js';
import { hashFile, landBatch } from '../../apps/archive-cli/src/import/land-batch.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type ImportingArchive, importingArchive } from './importing-archive.js';

const SAMPLES = 'infra/samples/HOSP-A';

let importing: ImportingArchive;
beforeEach(async () => {
  importing = await importingArchive();
  await importing.arkim('onboard', 'HOSP-A');
});
afterEach(async () => {
  await importing.close();
  expect(importing.faults).toEqual([]);
});

const importInto = (...paths: readonly string[]) =>
  importing.arkim('import', '--hospital', 'HOSP-A', ...paths);

const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const digestsOf = async (paths: readonly string[]) =>
  (await Promise.all(paths.map((path) => readFile(path))))
    .map((bytes) => createHash('sha256').update(bytes).digest('hex'))
    .sort();

const jobs = async () =>
  (await importing.archive.pool.query('select lane, actor, attempts from ingest_jobs')).rows;

const landingPacks = async () =>
  (await Array.fromAsync(importing.archive.store.list('packs/landing/'))).length;

/** The sample files of a hospital, with a broken one among them and what lies about in folders. */
const mixedFolder = async () => {
  const folder = await importing.newFolder();
  await cp(SAMPLES, folder, { recursive: true });
  const [first = ''] = await filesBelow(SAMPLES);
  const broken = join(folder, 'broken.dcm');
  await writeFile(broken, (await readFile(first)).subarray(0, 200));
  await writeFile(join(folder, '.DS_Store'), 'x');
  await writeFile(join(folder, 'DICOMDIR'), 'x');
  await writeFile(join(folder, 'read.me'), 'x');
  await writeFile(join(folder, 'empty'), '');
  await symlink(first, join(folder, 'link.dcm'));
  return { folder, broken };
};

test('a folder is stored byte for byte; the one that is broken is named, the rest is counted', async () => {
  importing.startWorker();
  const samples = await filesBelow(SAMPLES);
  const { folder, broken } = await mixedFolder();
  expect(await importInto(folder)).toEqual({
    code: 1,
    lines: [
      `${broken}: kept aside (unreadable)`,
      `${samples.length} stored`,
      '0 the same already',
      '1 kept aside (1 unreadable)',
      '0 refused',
      '0 failed',
      '5 skipped (1 hidden, 1 a DICOMDIR, 2 not a DICOM file, 1 a link)',
    ].map((line) => expect.toSatisfy((told: string) => sameWords(told, line))),
  });
  const out = await importing.newFolder();
  expect(await importing.arkim('export', '--hospital', 'HOSP-A', '--out', out)).toMatchObject({
    code: 0,
  });
  expect(await digestsOf(await filesBelow(out))).toEqual(await digestsOf(samples));
  expect(await jobs()).toMatchObject([{ lane: 'import', actor: 'operator' }]);
});

/** Reasons come in the order in which they are met. */
const sameWords = (told: string, expected: string) =>
  `${told.match(/[^\s(),]+/g)?.sort()}` === `${expected.match(/[^\s(),]+/g)?.sort()}`;

test('an import that is called again says the same, lands nothing and makes no other job', async () => {
  importing.startWorker();
  const samples = (await filesBelow(SAMPLES)).length;
  expect(await importInto(SAMPLES)).toMatchObject({ code: 0 });
  const before = await landingPacks();
  const again = await importInto(SAMPLES);
  expect(again.code).toBe(0);
  expect(again.lines.slice(0, 2)).toEqual(['0 stored', `${samples} the same already`]);
  expect(await landingPacks()).toBe(before);
  expect(await jobs()).toHaveLength(1);
});

test('F13: an import that was stopped before its receipts came is joined by the next', async () => {
  const { pool, store } = importing.archive;
  const found = await Array.fromAsync(findFiles([SAMPLES]));
  const files = await Promise.all(
    found.flatMap((file) => ('bytes' in file ? [hashFile(file)] : [])),
  );
  const enqueue = ingestQueue(pool, 'import');
  const sent = files.filter((file) => file !== undefined);
  await landBatch({ pool, store, enqueue, hospital: 'HOSP-A' }, sent);
  const before = await landingPacks();
  importing.startWorker();
  expect(await importInto(SAMPLES)).toMatchObject({ code: 0 });
  expect(await landingPacks()).toBe(before);
  expect(await jobs()).toHaveLength(1);
});

test('more files than one job takes go in several, in more than may wait at once, each file once', async () => {
  const folder = await importing.newFolder();
  const slices = Array.from({ length: 905 }, (_, index) =>
    ctSlice({ study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${index + 1}` }),
  );
  for (const [index, slice] of slices.entries())
    await writeFile(join(folder, `${index}`), part10(slice));
  importing.startWorker();
  const { code, lines } = await importInto(folder, join(folder, '7'));
  expect({ code, told: lines.slice(0, 2) }).toEqual({
    code: 0,
    told: ['905 stored', '1 the same already'],
  });
  expect(await jobs()).toHaveLength(10);
});

test('nothing is landed while the disk is nearly full', async () => {
  const { pool, store } = importing.archive;
  const frees = [0, 1024 ** 3];
  const told: string[] = [];
  const short = {
    ...store,
    space: async () => {
      const freeBytes = frees.shift() ?? 1024 ** 4;
      told.push(`${freeBytes >= 1024 ** 4 ? 'room' : 'full'}`);
      return { freeBytes, totalBytes: 1024 ** 4 };
    },
    put: (...args: Parameters<typeof store.put>) => {
      told.push('put');
      return store.put(...args);
    },
  };
  importing.startWorker();
  const enqueue = ingestQueue(pool, 'import');
  const terminal = { answer: () => undefined, progress: () => undefined };
  const to = { pool, store: short, enqueue, hospital: 'HOSP-A' };
  expect((await importFiles(to, [SAMPLES], terminal)).complete()).toBe(true);
  expect(told).toEqual(['full', 'full', 'room', 'put']);
});

test('what contradicts the archive is kept aside and named', async () => {
  const folder = await importing.newFolder();
  const uids = { study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' };
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'a.dcm'), part10(ctSlice(uids)));
  const other = join(folder, 'other', 'b.dcm');
  await writeFile(other, part10(ctSlice(uids, { '00200013': ['IS', '9'] })));
  importing.startWorker();
  const { code, lines } = await importInto(folder);
  expect(code).toBe(1);
  expect(lines).toContain(`${other}: kept aside (conflict)`);
  expect(lines).toContain('1 stored');
});

test('a path that is not there, no hospital or one that nobody knows is said before anything is read', async () => {
  await expect(importInto('/no/such/folder')).rejects.toThrow(UsageFault);
  await expect(importing.arkim('import', SAMPLES)).rejects.toThrow(UsageFault);
  await expect(importing.arkim('import', '--hospital', 'HOSP-X', SAMPLES)).rejects.toThrow(
    'HOSP-X is not onboarded',
  );
  expect(await jobs()).toEqual([]);
});

test('a link is not followed, so that folders that name each other end', async () => {
  const folder = await importing.newFolder();
  await symlink(folder, join(folder, 'loop'));
  expect(await Array.fromAsync(findFiles([folder]))).toEqual([
    { path: join(folder, 'loop'), skipped: 'a link' },
  ]);
});

test('folders below the bound on depth are told as failed, those above it are read', async () => {
  const folder = await importing.newFolder();
  const deep = join(folder, ...Array.from({ length: 64 }, () => 'd'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, '..', 'here.txt'), '');
  expect(await Array.fromAsync(findFiles([folder]))).toEqual([
    { path: deep, failed: 'folders too deep' },
    { path: join(deep, '..', 'here.txt'), skipped: 'not a DICOM file' },
  ]);
});
