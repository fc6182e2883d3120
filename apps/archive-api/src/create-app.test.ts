import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { onboard, type TestApi, testApi, testStoreSettings } from './archive-api.testing.js';
import { jobs, multipart, store } from './store/store-client.testing.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(database.pool);
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const as = async (role: string, hospital?: string) => `Bearer ${await api.token(role, hospital)}`;

describe('without a good token', () => {
  test.each([
    ['GET', '/dicom-web/studies'],
    ['POST', '/dicom-web/studies'],
    ['DELETE', '/dicom-web/studies'],
    ['GET', '/nothing/here'],
    ['GET', '/metrics'],
    ['GET', '/health'],
    ['GET', '/viewerx'],
  ])('%s %s is 401 before routing', async (method, path) => {
    const answer = await fetch(api.url + path, { method });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ type: 'urn:arkim:problem:unauthorized' });
  });
  test('a bad token is 401 and says why without repeating it', async () => {
    const answer = await request(api.url).get('/metrics').set('authorization', 'Bearer x.y.z');
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('x.y.z');
  });
});

describe('with a token', () => {
  test('an unknown path is 404', async () => {
    const answer = await request(api.url)
      .get('/nothing/here')
      .set('authorization', await as('radiologist'));
    expect(answer.status).toBe(404);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.text).not.toContain('/nothing');
  });
  test.each(['radiologist', 'physician', 'agency', 'patient', 'dpo', 'admin', 'records-manager'])(
    'a %s may not store',
    async (role) => {
      const answer = await request(api.url)
        .post('/dicom-web/studies')
        .set('authorization', await as(role));
      expect(answer.status).toBe(403);
    },
  );
  test('a modality of an unknown hospital may not store', async () => {
    const answer = await request(api.url)
      .post('/dicom-web/studies')
      .set('authorization', await as('modality', 'HOSP-Z'));
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain('not a hospital');
  });
});

describe('health', () => {
  test('live is open', async () => {
    const answer = await request(api.url).get('/health/live');
    expect([answer.status, answer.body]).toEqual([200, { status: 'live' }]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
  test('ready is 503 until the index stands, and says what is missing', async () => {
    const answer = await request(api.url).get('/health/ready');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.body.detail).toBe('The database has no tables yet.');
  });
  test('HEAD gets the head alone', async () => {
    const answer = await request(api.url).head('/health/live');
    expect([answer.status, answer.text]).toEqual([200, undefined]);
  });
  test('metrics need a token and name no path as asked for', async () => {
    const answer = await request(api.url)
      .get('/metrics')
      .set('authorization', await as('admin', 'AGENCY'));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('arkim_http_requests_total');
    expect(answer.text).not.toContain('nothing/here');
  });
});

describe('what is no proper request', () => {
  test('a malformed path is a problem', async () => {
    const answer = await fetch(`${api.url}/dicom-web/%zz`, {
      headers: { authorization: await as('radiologist') },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
  test('a head beyond its bound is 431', async () => {
    const answer = await request(api.url).get('/metrics').set('x-long', 'a'.repeat(70_000));
    expect(answer.status).toBe(431);
  });
});

test('closing lets a running request finish and its connection go, keep-alive or not', async () => {
  const closing = await testApi(database.pool, { store: { ...testStoreSettings, waitMs: 300 } });
  const sent = store(closing, multipart('x'));
  while ((await jobs(database.pool)).length === 0) await new Promise((go) => setTimeout(go, 10));
  const [answer] = await Promise.all([sent, closing.close()]);
  expect(answer.status).toBe(503);
  await expect(fetch(`${closing.url}/health/live`)).rejects.toThrow();
});
