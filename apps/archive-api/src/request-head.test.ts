import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { onboard, type TestApi, testApi, testStoreSettings } from './archive-api.testing.js';
import { exchange, head, statusOf } from './raw-request.testing.js';
import { originForm } from './request-head.js';
import { jobs, multipart } from './store/store-client.testing.js';

let database: TestDatabase;
let api: TestApi;
let reader: string;
let modality: string;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  await ensureFindable(database.pool);
  api = await testApi(database.pool, { store: { ...testStoreSettings, waitMs: 50 } });
  reader = `Authorization: Bearer ${await api.token('radiologist')}`;
  modality = `Authorization: Bearer ${await api.token('modality')}`;
});
afterEach(() => database.pool.query('delete from ingest_jobs'));
afterAll(async () => {
  await api.close();
  await database.close();
});

const TYPE = 'Content-Type: multipart/related; type="application/dicom"; boundary=edge';
const CLOSE = 'Connection: close';
const BODY = multipart('DICOM');
/** A store that is accepted, its receipt not waited for. */
const post = (...lines: readonly string[]) =>
  head('POST /dicom-web/studies HTTP/1.1', 'Host: x', modality, TYPE, CLOSE, ...lines);
const chunked = (body: string, trailers = '') =>
  `5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)};name=value\r\n${body.slice(5)}\r\n0\r\n${trailers}\r\n`;
const get = (path: string, ...lines: readonly string[]) =>
  exchange(api, head(`GET ${path} HTTP/1.1`, 'Host: x', reader, CLOSE, ...lines));

test.each([
  ['/a?b', 'GET', '/a?b'],
  ['http://host:1/a/b?c', 'GET', '/a/b?c'],
  ['HTTPS://host', 'GET', '/'],
  ['https://host?c', 'GET', '/?c'],
  ['*', 'OPTIONS', '/'],
  ['*', 'GET', '*'],
  ['/http://x', 'GET', '/http://x'],
])('%s of %s is %s', (url, method, expected) => expect(originForm({ url, method })).toBe(expected));

describe('Host', () => {
  test.each(['archive.test', 'archive.test:80', '[::1]:8080', '[::1]'])(
    '%s is where addresses point',
    async (host) => {
      const answer = await exchange(
        api,
        head('OPTIONS /dicom-web HTTP/1.1', `Host: ${host}`, reader, CLOSE),
      );
      expect(answer).toContain(`base="http://${host}/dicom-web"`);
    },
  );
  test('is needed in HTTP/1.1 (RFC 9112 §3.2)', async () =>
    expect(statusOf(await exchange(api, head('GET /health/live HTTP/1.1', CLOSE)))).toBe(400));
  test.each(['"><x', '<script>', 'a b', 'a/b', 'user@a', 'a:b', '[a', '[::1]x', 'a:123456'])(
    '%s is none: 400 (RFC 9112 §3.2)',
    async (host) => {
      const answer = await exchange(
        api,
        head('OPTIONS /dicom-web HTTP/1.1', `Host: ${host}`, reader, CLOSE),
      );
      expect(statusOf(answer)).toBe(400);
      expect(answer).toContain('urn:arkim:problem:bad-request');
      expect(answer).not.toContain(host);
    },
  );
  test.each([
    ['a', 'b'],
    ['a', 'a'],
  ])('%s and %s are two: 400', async (first, second) => {
    const answer = await exchange(
      api,
      head('GET /health/live HTTP/1.1', `Host: ${first}`, `HOST: ${second}`, CLOSE),
    );
    expect(statusOf(answer)).toBe(400);
  });
  test('may be empty: addresses point to where the client came', async () => {
    const answer = await exchange(api, head('OPTIONS /dicom-web HTTP/1.1', 'Host:', reader, CLOSE));
    expect(answer).toContain('base="http://127.0.0.1:');
  });
});

describe('HTTP/1.0', () => {
  test('needs no Host, and its answer ends with the connection', async () => {
    const answer = await exchange(api, head('GET /health/live HTTP/1.0'));
    expect(statusOf(answer)).toBe(200);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(answer.endsWith('{"status":"live"}')).toBe(true);
  });
  test('never gets leave to send', async () => {
    const lines = ['Expect: 100-continue', `Content-Length: ${BODY.length}`];
    const answer = await exchange(
      api,
      head('POST /dicom-web/studies HTTP/1.0', modality, TYPE, ...lines) + BODY,
    );
    expect(answer).not.toContain('100 Continue');
    expect(statusOf(answer)).toBe(503);
    expect(await jobs(database.pool)).toHaveLength(1);
  });
});

describe('the target', () => {
  test.each([
    'http://archive.test/health/live',
    'https://archive.test/health/live?x=y',
    '/health/live/',
  ])('%s is /health/live', async (target) => expect(statusOf(await get(target))).toBe(200));
  test.each([
    '/dicom-web/studies/',
    '/dicom-web/studies/?limit=1',
    'http://x/dicom-web/studies?limit=1',
  ])('%s is the search', async (target) => {
    const answer = await get(target);
    expect([200, 500]).toContain(statusOf(answer));
    expect(answer).not.toContain('not-found');
  });
  test.each(['/dicom-web/studies/%', '/dicom-web/studies/%zz', '/dicom-web/%c3%28', '/%'])(
    '%s is 400, since its encoding is no encoding',
    async (target) => {
      const answer = await get(target);
      expect(statusOf(answer)).toBe(400);
      expect(answer).toContain('urn:arkim:problem:bad-request');
    },
  );
  test.each([
    '/dicom-web/studies/%00/metadata',
    '/dicom-web/studies/1.2%2F3',
    '/dicom-web/studies/../studies/1.2/metadata',
    '/dicom-web/studies/1.2#x',
    '/dicom-web//studies',
    '//dicom-web/studies',
    '/dicom-web/studies//',
    '/dicom-web/studies//metadata',
  ])('%s names nothing that is there', async (target) =>
    expect(statusOf(await get(target))).toBe(404),
  );
  test('without a slash, or with characters of no target, is no request', async () => {
    for (const target of ['dicom-web', '/dicom web', '/\u0001', ''])
      expect([400, 404]).toContain(statusOf(await get(target)));
  });
});

describe('a body', () => {
  test('may come in chunks, with extensions and trailers', async () => {
    const trailers = 'Digest: x\r\nX-Content-Length: 7\r\n';
    const answer = await exchange(
      api,
      post('Transfer-Encoding: chunked', 'Trailer: Digest') + chunked(BODY, trailers),
    );
    expect(answer).toContain('receipt-late');
    const [job] = await jobs(database.pool);
    expect(JSON.parse(job!.parts)).toMatchObject([{ part: 0, bytes: 5 }]);
  });
  test.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length twice', ['Content-Length: 5', 'Content-Length: 5']],
    ['a list of lengths', ['Content-Length: 5, 5']],
    ['a length below nothing', ['Content-Length: -1']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['a coding that does not end it', ['Transfer-Encoding: gzip']],
    ['a field without name', [': x']],
    ['a folded field', ['X-A: 1', ' 2']],
    ['a space before the colon', ['X-A : 1']],
  ] as const)('with %s is 400 and ends the connection (RFC 9112 §6.3)', async (_what, lines) => {
    const answer = await exchange(api, post(...lines) + BODY);
    expect(statusOf(answer)).toBe(400);
    expect(await jobs(database.pool)).toEqual([]);
  });
  test('of a chunk that lies about its size is no store', async () => {
    const answer = await exchange(api, `${post('Transfer-Encoding: chunked')}zz\r\n`);
    expect(statusOf(answer)).toBe(400);
    expect(await jobs(database.pool)).toEqual([]);
  });
  test('on a method that takes none is passed over, and is no request', async () => {
    const first = head('GET /health/live HTTP/1.1', 'Host: x', 'Content-Length: 5');
    const second = head('GET /health/live HTTP/1.1', 'Host: x', CLOSE);
    const answer = await exchange(api, `${first}GET /${second}`);
    expect(new Set(answer.match(/HTTP\/1\.1 \d+/g))).toEqual(new Set(['HTTP/1.1 200']));
  });
});

describe('Expect', () => {
  const length = `Content-Length: ${BODY.length}`;
  test('that is empty asks for nothing', async () => {
    const answer = await exchange(api, post('Expect:', length) + BODY);
    expect(answer).not.toContain('100 Continue');
    expect(statusOf(answer)).toBe(503);
    expect(await jobs(database.pool)).toHaveLength(1);
  });
  test('100-continue in any case gets leave, then the answer', async () => {
    const answer = await exchange(api, post('Expect: 100-Continue', length) + BODY);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 503 /);
  });
  test('of something else is 417', async () =>
    expect(statusOf(await exchange(api, post('Expect: the-best', length)))).toBe(417));
});
