import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  onboard,
  type TestApi,
  testApi,
} from '../../../apps/archive-api/src/archive-api.testing.js';
import {
  holdSeries,
  type Sample,
  sampleFile,
} from '../../../apps/archive-api/src/stored-files.testing.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';

const run = promisify(execFile);
const PYTHONS = ['python3', '/usr/bin/python3', '/usr/local/bin/python3'];
const python = PYTHONS.find((each) => spawnSync(each, ['-c', 'import pydicom']).status === 0);

let database: TestDatabase;
let api: TestApi;
let folder: string;
const held: Sample[] = [];

/** Series whose instances make records of different types, and that go as stored, converted, and compressed. */
const SERIES = [
  ['HOSP-B/mr-head/01.dcm', 'HOSP-B/mr-head/02.dcm', 'HOSP-B/mr-head/03.dcm'],
  ['HOSP-A/ct-abdomen/01.dcm'],
  ['HOSP-A/us-jpeg2000/01.dcm'],
  ['HOSP-A/report/01.dcm'],
  ['HOSP-B/mr-enhanced/01.dcm'],
  ['HOSP-C/mr-rle/01.dcm'],
];

beforeAll(async () => {
  if (python === undefined)
    throw new Error('no python3 here has pydicom (Debian: python3-pydicom)');
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  for (const paths of SERIES)
    held.push(
      ...(await holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile))))),
    );
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/dicom-web${path}`, {
    headers: {
      authorization: `Bearer ${await api.token('physician')}`,
      accept: 'application/zip',
      ...headers,
    },
  });

/** The archive of a path, unpacked by unzip after it has tested it. */
async function unpacked(path: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'arkim-zip-'));
  const answer = await get(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  await writeFile(join(folder, 'archive.zip'), Buffer.from(await answer.arrayBuffer()));
  await run('unzip', ['-tqq', 'archive.zip'], { cwd: folder });
  await run('unzip', ['-qq', 'archive.zip', '-d', 'set'], { cwd: folder });
  return join(folder, 'set');
}

type Found = Readonly<{
  path: string;
  type: string;
  instance: string;
  inFile: string;
  study: string;
  series: string;
  transferSyntax: boolean;
}>;
async function fileSet(set: string): Promise<readonly Found[]> {
  const { stdout } = await run(
    python ?? '',
    [join(import.meta.dirname, 'file_set.py'), join(set, 'DICOMDIR')],
    { maxBuffer: 1024 ** 3 },
  );
  return JSON.parse(stdout) as Found[];
}

const studies = () => [...new Set(held.map(({ study }) => study))];
const TYPES: Readonly<Record<string, string>> = { SR: 'SR DOCUMENT', KO: 'KEY OBJECT DOC' };

describe('a study as a file-set', () => {
  test('is read by pydicom: every instance is found where the directory says, in the form it says', async () => {
    for (const study of studies()) {
      const set = await unpacked(`/studies/${study}`);
      const found = await fileSet(set);
      const expected = held.filter((sample) => sample.study === study);
      expect(found.map(({ instance }) => instance).toSorted()).toEqual(
        expected.map(({ instance }) => instance).toSorted(),
      );
      for (const each of found) {
        const sample = expected.find(({ instance }) => instance === each.instance)!;
        expect(each).toMatchObject({
          inFile: sample.instance,
          study,
          series: sample.series,
          transferSyntax: true,
        });
        const modality = String(sample.header['00080060']?.Value?.[0]);
        expect(each.type).toBe(TYPES[modality] ?? 'IMAGE');
        for (const component of each.path.split('/')) expect(component).toMatch(/^[A-Z0-9_]{1,8}$/);
      }
      const files = (await readdir(set, { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      expect(files).toHaveLength(expected.length + 1);
      await rm(folder, { recursive: true });
    }
  });
  test('has the files byte by byte as they are stored, where that may go out', async () => {
    const mr = held[0]!;
    const set = await unpacked(`/studies/${mr.study}/series/${mr.series}`);
    for (const { path, instance } of await fileSet(set)) {
      const sample = held.find((each) => each.instance === instance)!;
      expect((await readFile(join(set, path))).equals(sample.bytes)).toBe(true);
    }
    await rm(folder, { recursive: true });
  });
  test('has a DICOMDIR that DCMTK reads without complaint, and takes further files into', async () => {
    for (const study of studies()) {
      const set = await unpacked(`/studies/${study}`);
      const { stdout, stderr } = await run('dcmdump', [join(set, 'DICOMDIR')]);
      expect(stderr).toBe('');
      expect(stdout).toContain('=MediaStorageDirectoryStorage');
      await writeFile(join(set, 'EXTRA'), await sampleFile('HOSP-A/ct-small/01.dcm'));
      const update = await run(
        'dcmmkdir',
        [
          '--update',
          '--general-purpose',
          '--invent',
          '+id',
          set,
          '+D',
          join(set, 'DICOMDIR'),
          'EXTRA',
        ],
        { cwd: set },
      );
      expect(update.stderr).not.toMatch(/^E:/m);
      const expected = held.filter((sample) => sample.study === study).length + 1;
      expect(await fileSet(set)).toHaveLength(expected);
      await rm(folder, { recursive: true });
    }
  });
});

test('an instance is a file-set of one', async () => {
  const { study, series, instance } = held.at(-1)!;
  const set = await unpacked(`/studies/${study}/series/${series}/instances/${instance}`);
  expect(await fileSet(set)).toMatchObject([{ instance }]);
  await rm(folder, { recursive: true });
});
test('it has an entity tag that is answered 304, and the same bytes each time', async () => {
  const path = `/studies/${held[0]!.study}`;
  const [one, two] = [await get(path), await get(path)];
  expect(Buffer.from(await one.arrayBuffer()).equals(Buffer.from(await two.arrayBuffer()))).toBe(
    true,
  );
  expect((await get(path, { 'if-none-match': one.headers.get('etag')! })).status).toBe(304);
});
test('only who asks for an archive gets one', async () => {
  const path = `/studies/${held[0]!.study}`;
  const typeOf = async (accept: string) => {
    const answer = await get(path, { accept });
    await answer.arrayBuffer();
    return answer.headers.get('content-type')?.split(';')[0];
  };
  expect(await typeOf('*/*')).toBe('multipart/related');
  expect(await typeOf('multipart/related; type="application/dicom", application/zip; q=0.5')).toBe(
    'multipart/related',
  );
  expect(await typeOf('application/zip, */*; q=0.1')).toBe('application/zip');
  expect(await typeOf('application/zip; transfer-syntax=*')).toBe('application/zip');
});
