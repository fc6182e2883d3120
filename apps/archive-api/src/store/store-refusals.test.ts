import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi, testStoreSettings } from '../archive-api.testing.js';
import type { Ports } from '../ports.js';
import { beginStore, jobs, multipart, type Sent, store } from './store-client.testing.js';
import type { StoreSettings } from './store-settings.js';

let database: TestDatabase;
let pool: Pool;
const opened: TestApi[] = [];

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  await onboard(pool, 'HOSP-A', 'HOSP-B');
});
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await pool.query('delete from ingest_jobs');
});
afterAll(() => database.close());

const { receive, admission } = testStoreSettings;
const openWith = async (
  settings: Partial<StoreSettings> = {},
  ports: Partial<Omit<Ports, 'keys'>> = {},
) => {
  const api = await testApi(pool, { store: { ...testStoreSettings, ...settings }, ...ports });
  opened.push(api);
  return api;
};

test('a part above its bound is refused alone', async () => {
  const landing = { ...receive.landing, partBytesMax: 4 };
  const api = await openWith({ receive: { ...receive, landing }, waitMs: 1 });
  await store(api, multipart('ok', 'too long', 'fine'));
  const [job] = await jobs(pool);
  expect(JSON.parse(job!.parts)).toMatchObject([
    { part: 0, bytes: 2 },
    { part: 1, refused: 'too-large' },
    { part: 2, bytes: 4 },
  ]);
});

type Bad = Readonly<{
  what: string;
  is: readonly [number, string];
  body?: string;
  sent?: Sent;
  limits?: Partial<typeof receive>;
}>;
const MALFORMED = [400, 'malformed-body'] as const;
const UNSUPPORTED = [415, 'unsupported-media-type'] as const;
const TOO_LARGE = [413, 'body-too-large'] as const;
const textPart = '--edge\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--';
const dicomBody = { headers: { 'content-type': 'application/dicom' } };

test.each<Bad>([
  { what: 'no multipart at all', is: MALFORMED, body: 'garbage' },
  { what: 'an end without closing boundary', is: MALFORMED, body: '--edge\r\n\r\nx' },
  { what: 'a part of another type', is: UNSUPPORTED, body: textPart },
  { what: 'another type of body', is: UNSUPPORTED, sent: dicomBody },
  { what: 'a path that names no UID', is: [400, 'bad-request'], sent: { path: '/abc' } },
  { what: 'too many parts', is: TOO_LARGE, limits: { partsMax: 1 } },
  {
    what: 'a part header above its bound',
    is: MALFORMED,
    body: `--edge\r\nX: ${'x'.repeat(2_000)}\r\n\r\nx\r\n--edge--`,
    limits: { partHeaderBytesMax: 1_024 },
  },
  {
    what: 'another boundary than the head names',
    is: MALFORMED,
    body: '--other\r\n\r\nx\r\n--other--',
  },
  { what: 'no part before the closing boundary', is: MALFORMED, body: '--edge--\r\n' },
  { what: 'too many bytes', is: TOO_LARGE, limits: { requestBytesMax: 10 } },
])('$what is refused and leaves no job', async ({ is, body, sent, limits }) => {
  const api = await openWith({ receive: { ...receive, ...limits } });
  const answer = await store(api, body ?? multipart('x', 'y'), sent);
  expect(answer.status).toBe(is[0]);
  expect(await answer.json()).toMatchObject({ type: `urn:arkim:problem:${is[1]}` });
  expect(await jobs(pool)).toEqual([]);
});

test.each([
  ['70 characters', 'a'.repeat(70)],
  ['punctuation', "'()+_,-./:=? 0"],
])('a boundary of %s is taken', async (_, boundary) => {
  const api = await openWith({ waitMs: 1 });
  const type = `multipart/related; type="application/dicom"; boundary="${boundary}"`;
  const answer = await store(api, multipart('x').replaceAll('edge', boundary), {
    headers: { 'content-type': type },
  });
  expect(answer.status).toBe(503);
  expect(await jobs(pool)).toHaveLength(1);
});
test('part headers in any case, and blanks behind a boundary, are read', async () => {
  const api = await openWith({ waitMs: 1 });
  const body =
    '--edge  \t\r\ncOnTeNt-TyPe:APPLICATION/dicom\r\n\r\nx\r\n--edge \r\nCONTENT-TYPE: application/DICOM\r\n\r\ny\r\n--edge--  \r\n';
  await store(api, body);
  const [job] = await jobs(pool);
  expect(JSON.parse(job!.parts)).toMatchObject([{ bytes: 1 }, { bytes: 1 }]);
});

/** The first bytes that come back to a client that waits for leave to send its body. */
async function answerToHead(api: TestApi): Promise<string> {
  for await (const bytes of await beginStore(api, 'Expect: 100-continue\r\n', ''))
    return `${bytes}`;
  return '';
}

describe('before the body is read', () => {
  test('a client that waits for leave gets it once it is admitted', async () =>
    expect(await answerToHead(await openWith())).toContain('100 Continue'));
  test('workers that lag mean 503', async () => {
    await store(await openWith({ waitMs: 1 }), multipart('waits'));
    const api = await openWith({ admission: { ...admission, waitingJobsMax: 1 } });
    expect(await answerToHead(api)).toMatch(/503[\s\S]*retry-after: 5/);
  });
  test('imports that wait are nobody’s stores', async () => {
    await store(await openWith({ waitMs: 1 }), multipart('waits'));
    await pool.query(
      `update ingest_jobs set lane = 'import', accepted_at = now() - interval '1 day'`,
    );
    const api = await openWith({ admission: { ...admission, waitingJobsMax: 1 } });
    expect(await answerToHead(api)).toContain('100 Continue');
  });
  test('a nearly full disk means 503', async () => {
    const objects = memoryObjectStore({ nowMs: Date.now, bytesMax: 1e9 });
    const api = await openWith({ admission: { ...admission, freeBytesMin: 1e12 } }, { objects });
    expect(await answerToHead(api)).toMatch(/503[\s\S]*retry-after: 300/);
  });
  test('too many stores under way mean 503', async () => {
    const api = await openWith({ requestsAtOnceMax: 1 });
    const first = await beginStore(api, 'Expect: 100-continue\r\n', '');
    await new Promise((go) => first.once('data', go));
    expect(await answerToHead(api)).toContain('503');
    first.destroy();
  });
});

test('a client that goes away in the middle leaves no job', async () => {
  const api = await openWith();
  const socket = await beginStore(api, 'Expect: 100-continue\r\n', '');
  await new Promise((go) => socket.once('data', go));
  socket.write('--edge\r\n\r\nhalf of it');
  socket.destroy();
  await api.close();
  opened.pop();
  expect(await jobs(pool)).toEqual([]);
});

test('a body that stops coming is 408', async () => {
  const api = await openWith({ receive: { ...receive, idleMsMax: 50 } });
  let text = '';
  for await (const bytes of await beginStore(api, '', '--edge\r\n\r\nhalf of it')) text += bytes;
  expect(text).toContain('HTTP/1.1 408');
  expect(text).toContain('body-too-slow');
});
