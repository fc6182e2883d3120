import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { openDemoIssuer } from '#platform/demo-issuer';
import { createTokenVerifier } from '#platform/verify-token';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';

let folder: string;
let database: TestDatabase;
let demo: TestApi;
let plain: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-first-look-'));
  const viewerFolder = join(folder, 'viewer');
  const pagesFolder = join(folder, 'pages');
  await mkdir(join(viewerFolder, 'assets'), { recursive: true });
  await mkdir(pagesFolder);
  await writeFile(join(viewerFolder, 'app.bundle.css'), 'body{}');
  await writeFile(join(viewerFolder, 'app.bundle.0123456789abcdef.js'), 'whole');
  await writeFile(join(viewerFolder, 'app.bundle.0123456789abcdef.js.gz'), 'gz');
  await writeFile(join(viewerFolder, 'app.bundle.0123456789abcdef.js.br'), 'br');
  await writeFile(join(viewerFolder, '.fetched'), 'mark');
  await writeFile(join(viewerFolder, 'assets', 'a.png'), 'png');
  await writeFile(join(folder, 'secret.js'), 'secret');
  await writeFile(join(pagesFolder, 'index.html'), '<title>viewer</title>');
  const issuer = await openDemoIssuer(folder);
  database = await testDatabase();
  await ensureFindable(database.pool);
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  await database.pool.query(`update hospitals set name = 'A & <b>B</b>' where hospital = 'HOSP-B'`);
  demo = await testApi(database.pool, {
    verify: createTokenVerifier([issuer.trusted]),
    firstLook: { viewerFolder, pagesFolder, issuer },
  });
  plain = await testApi(database.pool);
});
afterAll(async () => {
  await Promise.all([demo.close(), plain.close()]);
  await database.close();
  await rm(folder, { recursive: true });
});

const post = (api: TestApi, path: string, hospital?: string, headers = {}) =>
  fetch(api.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: api.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: hospital === undefined ? '' : new URLSearchParams({ hospital }).toString(),
  });
const sessionOf = async (api: TestApi, hospital = 'HOSP-A') => {
  const answer = await post(api, '/sign-in', hospital);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
};

describe('the start page', () => {
  test('of a demonstration offers its hospitals, with names that are text', async () => {
    const answer = await fetch(`${demo.url}/`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await answer.text();
    expect(text).toContain('value="HOSP-A"');
    expect(text).toContain('A &amp; &lt;b&gt;B&lt;/b&gt;');
  });
  test('says who is signed in', async () => {
    const answer = await fetch(`${demo.url}/`, { headers: { cookie: await sessionOf(demo) } });
    expect(await answer.text()).toContain('You are a radiologist of HOSP-A');
  });
  test('otherwise says where things are, and signs nobody in', async () => {
    expect(await (await fetch(`${plain.url}/`)).text()).not.toContain('<form');
    expect((await post(plain, '/sign-in', 'HOSP-A')).status).toBe(404);
    expect((await post(plain, '/sign-out')).status).toBe(404);
  });
});

describe('a session', () => {
  test('begins with a form of ours and leads to the viewer', async () => {
    const answer = await post(demo, '/sign-in', 'HOSP-A');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/viewer/']);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/);
  });
  test('reads what its hospital holds', async () => {
    const headers = { cookie: await sessionOf(demo) };
    expect((await fetch(`${demo.url}/dicom-web/studies`, { headers })).status).toBe(200);
    const head = await fetch(`${demo.url}/dicom-web/studies`, { method: 'HEAD', headers });
    expect(head.status).toBe(200);
  });
  test.each(['POST', 'PUT', 'DELETE'])('never counts for %s', async (method) => {
    const headers = { cookie: await sessionOf(demo) };
    expect((await fetch(`${demo.url}/dicom-web/studies`, { method, headers })).status).toBe(401);
  });
  test('counts for nothing beside an Authorization field, even a bad one', async () => {
    const headers = { cookie: await sessionOf(demo), authorization: 'Bearer x.y.z' };
    expect((await fetch(`${demo.url}/dicom-web/studies`, { headers })).status).toBe(401);
  });
  test('counts for nothing outside a demonstration', async () => {
    const token = await plain.token('radiologist');
    const port = new URL(plain.url).port;
    const headers = { cookie: `arkim-demo-${port}=${token}` };
    expect((await fetch(`${plain.url}/dicom-web/studies`, { headers })).status).toBe(401);
  });
  test('with a changed token is none', async () => {
    const headers = { cookie: `${await sessionOf(demo)}x` };
    expect((await fetch(`${demo.url}/dicom-web/studies`, { headers })).status).toBe(401);
  });
  test('ends with a form of ours', async () => {
    const answer = await post(demo, '/sign-out');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  });
  test.each(['/sign-in', '/sign-out'])('%s is refused from another origin', async (path) => {
    const origin = 'http://localhost:1';
    expect((await post(demo, path, 'HOSP-A', { origin })).status).toBe(403);
  });
  test.each([undefined, 'HOSP-Z', '', "'; --", 'A'.repeat(5_000)])(
    'does not begin for hospital %j',
    async (hospital) => expect((await post(demo, '/sign-in', hospital)).status).toBe(400),
  );
  test('does not begin with another kind of body', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post(demo, '/sign-in', 'HOSP-A', json)).status).toBe(400);
  });
});

describe('the viewer', () => {
  const BUNDLE = '/viewer/app.bundle.0123456789abcdef.js';
  /* What fetch would tidy up or decode goes out as it is. */
  const raw = (path: string, headers = {}) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((done) =>
      get({ host: '127.0.0.1', port: new URL(demo.url).port, path, headers }, async (answer) => {
        let body = '';
        for await (const chunk of answer) body += chunk;
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      }),
    );

  test.each(['/viewer/', '/viewer/?x=1', '/viewer/viewer?StudyInstanceUIDs=1.2', '/viewer/a/b'])(
    '%s is its page, alone in its own group of windows',
    async (path) => {
      const { status, headers, body } = await raw(path);
      expect([status, body]).toEqual([200, '<title>viewer</title>']);
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );
  test('without a slash it leads to the one with, and keeps the query', async () => {
    const { status, headers } = await raw('/viewer?a=b');
    expect([status, headers['location']]).toEqual([308, '/viewer/?a=b']);
  });
  test.each([
    [undefined, undefined, 'whole'],
    ['gzip', 'gzip', 'gz'],
    ['gzip, deflate, br', 'br', 'br'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'gz'],
    ['zstd', undefined, 'whole'],
  ])('to who accepts %s goes %s', async (accepted, coding, content) => {
    const asked = accepted === undefined ? {} : { 'accept-encoding': accepted };
    const { headers, body } = await raw(BUNDLE, asked);
    expect([headers['content-encoding'], body]).toEqual([coding, content]);
    expect(headers['vary']).toBe('accept-encoding');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });
  test('hashed files are kept for good, others are asked for again', async () => {
    expect((await raw(BUNDLE)).headers['cache-control']).toContain('immutable');
    expect((await raw('/viewer/app.bundle.css')).headers['cache-control']).toBe('no-cache');
  });
  test('what a browser has is 304, for the coding it has', async () => {
    const { headers } = await raw(BUNDLE);
    const tag = headers['etag'];
    expect((await raw(BUNDLE, { 'if-none-match': tag })).status).toBe(304);
    const other = { 'if-none-match': tag, 'accept-encoding': 'gzip' };
    expect((await raw(BUNDLE, other)).status).toBe(200);
  });
  test('HEAD gets the head alone', async () => {
    const answer = await fetch(demo.url + BUNDLE, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
  test.each(['POST', 'PUT', 'DELETE'])('%s is 405', async (method) =>
    expect((await fetch(demo.url + BUNDLE, { method })).status).toBe(405),
  );
  test.each([
    '/viewer/../secret.js',
    '/viewer/assets/../../secret.js',
    '/viewer/%2e%2e/secret.js',
    '/viewer/..%2fsecret.js',
    '/viewer/..\\secret.js',
    '/viewer//etc/passwd.js',
    '/viewer/.fetched',
    '/viewer/app.bundle.0123456789abcdef.js.gz',
    '/viewer/assets.png',
    '/viewer/nothing.js',
    `/viewer/${'a'.repeat(300)}.js`,
    '/viewer/a%00.js',
  ])('%s is 404', async (path) => expect((await raw(path)).status).toBe(404));
  test('which is not there says so, and how to get it', async () => {
    const answer = await fetch(`${plain.url}/viewer/`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.text()).toContain('npm run viewer');
  });
});
