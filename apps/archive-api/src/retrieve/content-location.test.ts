import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../stored-files.testing.js';
import { getByHost } from './get-by-host.testing.js';

const PIXELS = 'bulkdata/7FE00010';
const OCTETS = { accept: 'application/octet-stream' };
const XML = { accept: 'multipart/related; type="application/dicom+xml"' };

let database: TestDatabase;
let api: TestApi;
let heads: readonly Sample[];
let enhanced: Sample;
let jpeg2000: Sample;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  const hold = async (...paths: readonly string[]) =>
    holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile))));
  heads = await hold('HOSP-B/mr-head/01.dcm', 'HOSP-B/mr-head/02.dcm');
  enhanced = (await hold('HOSP-B/mr-enhanced/01.dcm'))[0]!;
  jpeg2000 = (await hold('HOSP-A/us-jpeg2000/01.dcm'))[0]!;
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const pathOf = ({ study, series, instance }: Sample) =>
  `/studies/${study}/series/${series}/instances/${instance}`;
const rooted = (path: string, host = new URL(api.url).host) => `http://${host}/dicom-web${path}`;

async function get(path: string, asked: Record<string, string> = {}) {
  const { status, headers, bytes } = await getByHost(api, path, asked);
  expect(headers.get('content-length') ?? `${bytes.length}`).toBe(`${bytes.length}`);
  return { status, headers, body: bytes.toString('latin1') };
}
const locationsOf = ({ body }: { body: string }) =>
  [...body.matchAll(/^Content-Location: (.*)\r\n/gm)].map(([, location]) => location);

describe('an answer in parts names by Content-Location', () => {
  test.each(['study', 'series'])('every instance of a %s', async (level) => {
    const { study, series } = heads[0]!;
    const path = level === 'study' ? `/studies/${study}` : `/studies/${study}/series/${series}`;
    const expected = heads.map((head) => rooted(pathOf(head))).sort();
    expect(locationsOf(await get(path)).sort()).toEqual(expected);
    const xml = await get(`${path}/metadata`, XML);
    expect(locationsOf(xml).sort()).toEqual(expected.map((address) => `${address}/metadata`));
  });
  test('frames in the order asked for', async () => {
    const path = `${pathOf(enhanced)}/frames`;
    expect(locationsOf(await get(`${path}/6,1`))).toEqual(
      [6, 1].map((number) => rooted(`${path}/${number}`)),
    );
  });
  test('the bulk data that metadata name, of native pixels and of encapsulated ones', async () => {
    for (const [sample, accept] of [
      [enhanced, 'multipart/related; type="application/octet-stream"'],
      [jpeg2000, '*/*'],
    ] as const) {
      const path = `${pathOf(sample)}/${PIXELS}`;
      expect(locationsOf(await get(path, { accept }))).toEqual([rooted(path)]);
    }
  });
});

describe('an answer of one part names by Content-Location', () => {
  test.each([
    ['', { accept: 'application/dicom' }],
    ['/frames/2', OCTETS],
    [`/${PIXELS}`, OCTETS],
    ['/metadata', { accept: 'application/dicom+json' }],
  ])('the instance%s that is asked for', async (rest, headers) => {
    const path = `${pathOf(enhanced)}${rest}`;
    expect((await get(path, headers)).headers.get('content-location')).toBe(rooted(path));
  });
  test('what a range is a part of', async () => {
    const path = pathOf(enhanced);
    const { status, headers } = await get(path, {
      accept: 'application/dicom',
      range: 'bytes=0-9',
    });
    expect([status, headers.get('content-location')]).toEqual([206, rooted(path)]);
  });
});

describe('another Host', () => {
  test.each([
    ['an instance', () => pathOf(heads[0]!), {}],
    ['a study', () => `/studies/${heads[0]!.study}`, {}],
    ['frames', () => `${pathOf(enhanced)}/frames/1,2`, {}],
    ['XML', () => `${pathOf(enhanced)}/metadata`, XML],
  ])('gives %s in parts other bytes, so another tag', async (_what, path, headers) => {
    const here = await get(path(), headers);
    const there = await get(path(), { ...headers, host: 'pacs.example:8443' });
    expect(locationsOf(there)[0]).toContain('http://pacs.example:8443/dicom-web/');
    expect(there.headers.get('etag')).not.toBe(here.headers.get('etag'));
    expect(there.headers.get('content-type')).not.toBe(here.headers.get('content-type'));
  });
  test('leaves the tag of an answer of one part: its bytes are the same', async () => {
    const accept = 'application/dicom';
    const here = await get(pathOf(enhanced), { accept });
    const there = await get(pathOf(enhanced), { accept, host: 'pacs.example' });
    expect(there.headers.get('etag')).toBe(here.headers.get('etag'));
    expect(there.headers.get('content-location')).toBe(rooted(pathOf(enhanced), 'pacs.example'));
  });
  test.each(['a b', 'a"b', 'a/b', 'a\tx: y', 'é'])('%j is none: 400', async (host) => {
    const answer = await get(pathOf(heads[0]!), { host });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-location')).toBeNull();
  });
});
