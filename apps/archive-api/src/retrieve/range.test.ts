import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import type { ByteRange, ObjectStore } from '#storage/object-store';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../stored-files.testing.js';
import { getByHost } from './get-by-host.testing.js';

let database: TestDatabase;
let api: TestApi;
let another: TestApi;
let head: Sample;
let implicit: Sample;
let jpeg2000: Sample;
const reads: number[] = [];

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool, { objects: counted() });
  const hold = async (...paths: readonly string[]) =>
    (await holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile)))))[0]!;
  head = await hold('HOSP-B/mr-head/01.dcm', 'HOSP-B/mr-head/02.dcm');
  implicit = await hold('HOSP-A/ct-abdomen/01.dcm');
  jpeg2000 = await hold('HOSP-A/us-jpeg2000/01.dcm');
  const { objects, ids } = api.ports;
  another = await testApi(database.pool, { objects, ids });
});
afterAll(async () => {
  await another.close();
  await api.close();
  await database.close();
});

/** An object store that notes how many bytes each read asks for. */
function counted(): ObjectStore {
  const store = memoryObjectStore({ nowMs: Date.now, bytesMax: 256 * 1024 ** 2 });
  const note = ({ start, end }: ByteRange) => reads.push(end - start);
  return {
    put: (...given) => store.put(...given),
    read: (key, range, allocate) => {
      note(range);
      return store.read(key, range, allocate);
    },
    stream: (key, range, signal) => {
      if (range !== undefined) note(range);
      return store.stream(key, range, signal);
    },
    size: (key) => store.size(key),
    remove: (key) => store.remove(key),
    list: (prefix) => store.list(prefix),
    space: () => store.space(),
  };
}

const pathOf = ({ study, series, instance }: Sample) =>
  `/studies/${study}/series/${series}/instances/${instance}`;
/** The whole answer is taken: one that is left half read holds its connection. */
const get = async (
  path: string,
  headers: Record<string, string> = {},
  { from = api, method = 'GET' } = {},
) =>
  taken(
    await fetch(`${from.url}/dicom-web${path}`, {
      method,
      headers: { authorization: `Bearer ${await from.token('radiologist')}`, ...headers },
    }),
  );

async function taken({ status, headers, body }: Response) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk as Uint8Array);
  const bytes = Buffer.concat(chunks);
  return { status, headers, bytes };
}

const DICOM = { accept: 'application/dicom; transfer-syntax=*' };
const OCTETS = { accept: 'application/octet-stream' };
const RESOURCES = [
  ['an instance as stored', () => pathOf(head), DICOM],
  ['a frame as stored', () => `${pathOf(head)}/frames/1`, OCTETS],
  ['a compressed frame as stored', () => `${pathOf(jpeg2000)}/frames/1`, { accept: 'image/jp2' }],
  ['a decoded frame', () => `${pathOf(jpeg2000)}/frames/1`, OCTETS],
  ['bulk data', () => `${pathOf(head)}/bulkdata/7FE00010`, OCTETS],
] as const;

describe.each(RESOURCES)('%s', (_what, path, accept) => {
  test('says that it can be had in ranges, and gives the bytes that are asked for', async () => {
    const answer = await get(path(), accept);
    expect([answer.status, answer.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    const whole = answer.bytes;
    const size = whole.length;
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=100-299', 100, 300],
      ['bytes=-10', size - 10, size],
      [`bytes=${size - 5}-`, size - 5, size],
    ] as const) {
      const part = await get(path(), { ...accept, range });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
      expect(part.headers.get('content-length')).toBe(`${end - start}`);
      expect(part.headers.get('etag')).toBe(answer.headers.get('etag'));
      expect(part.bytes.equals(whole.subarray(start, end))).toBe(true);
    }
  });
  test('is 416 behind its end, with its length', async () => {
    const size = (await get(path(), accept)).bytes.length;
    const answer = await get(path(), { ...accept, range: `bytes=${size}-` });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    expect(JSON.parse(`${answer.bytes}`)).toMatchObject({
      type: 'urn:arkim:problem:range-not-satisfiable',
    });
  });
  test('comes whole when If-Range names another representation, or several ranges are asked for', async () => {
    const tag = (await get(path(), accept)).headers.get('etag')!;
    const range = 'bytes=1-2';
    const status = async (headers: Record<string, string>) =>
      (await get(path(), { ...accept, range, ...headers })).status;
    expect(await status({ 'if-range': tag })).toBe(206);
    expect(await status({ 'if-range': '"other"' })).toBe(200);
    expect(await status({ 'if-range': `W/${tag}` })).toBe(200);
    expect(await status({ range: 'bytes=1-2,4-5' })).toBe(200);
    expect(await status({ 'if-none-match': tag })).toBe(304);
  });
  test('HEAD knows no ranges', async () => {
    const answer = await get(path(), { ...accept, range: 'bytes=0-0' }, { method: 'HEAD' });
    expect([answer.status, answer.headers.has('content-range')]).toEqual([200, false]);
  });
});

test('only the bytes asked for are read', async () => {
  await get(pathOf(head), DICOM);
  for (const [path, accept] of [
    [pathOf(head), DICOM],
    [`${pathOf(head)}/bulkdata/7FE00010`, OCTETS],
    [`${pathOf(jpeg2000)}/frames/1`, { accept: 'image/jp2' }],
  ] as const) {
    await get(path, accept);
    reads.length = 0;
    await get(path, { ...accept, range: 'bytes=50-69' });
    expect(reads).toEqual([20]);
  }
});
test('what is converted on the way has no ranges', async () => {
  const answer = await get(pathOf(implicit), { accept: 'application/dicom', range: 'bytes=0-9' });
  expect([answer.status, answer.headers.get('accept-ranges')]).toEqual([200, null]);
});
test('over WADO-URI ranges are had too', async () => {
  const { study, series, instance, bytes } = head;
  const answer = await fetch(
    `${api.url}/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}&contentType=application/dicom`,
    {
      headers: { authorization: `Bearer ${await api.token('physician')}`, range: 'bytes=128-131' },
    },
  );
  expect(answer.status).toBe(206);
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(128, 132))).toBe(true);
});

describe('an entity tag', () => {
  test.each([
    ['a study', () => `/studies/${head.study}`],
    ['a series', () => `/studies/${head.study}/series/${head.series}`],
    ['an instance', () => pathOf(head)],
    ['frames', () => `${pathOf(head)}/frames/1`],
  ] as const)(
    'of %s in multipart is the same in another process, and so are the bytes',
    async (_what, path) => {
      const asked = { host: 'pacs.example' };
      const [one, two] = await Promise.all([
        getByHost(api, path(), asked),
        getByHost(another, path(), asked),
      ]);
      expect(one.headers.get('content-type')).toContain('multipart/related');
      expect(one.headers.get('etag')).toMatch(/^"[^"]+"$/);
      expect(two.headers.get('etag')).toBe(one.headers.get('etag'));
      expect(two.bytes.equals(one.bytes)).toBe(true);
    },
  );
  test('is what If-Match is held against, strongly (RFC 9110 §13.1.1)', async () => {
    const tag = (await get(pathOf(head), DICOM)).headers.get('etag')!;
    const status = async (ifMatch: string, more = {}) =>
      (await get(pathOf(head), { ...DICOM, 'if-match': ifMatch, ...more })).status;
    expect([await status(tag), await status(`"x", ${tag}`), await status('*')]).toEqual([
      200, 200, 200,
    ]);
    expect([await status('"x"'), await status(`W/${tag}`)]).toEqual([412, 412]);
    expect(await status('"x"', { 'if-none-match': tag })).toBe(412);
  });
  test('of a study is answered 304, with the fields of the 200', async () => {
    const path = `/studies/${head.study}`;
    const first = await get(path);
    const again = await get(path, { 'if-none-match': `"x", W/${first.headers.get('etag')}` });
    expect(again.status).toBe(304);
    for (const field of ['etag', 'cache-control', 'vary'])
      expect(again.headers.get(field)).toBe(first.headers.get(field));
    expect(first.headers.get('vary')).toBe('Accept, Authorization');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
  });
});
