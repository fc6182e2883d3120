import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { JobPack, JobPart } from '#storage/ingest-job';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi, testStoreSettings } from '../archive-api.testing.js';
import { completeJobs, jobs, multipart, type Sent, store, worker } from './store-client.testing.js';

let database: TestDatabase;
let pool: Pool;
let api: TestApi;
let hasty: TestApi;

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  await onboard(pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(pool);
  hasty = await testApi(pool, { store: { ...testStoreSettings, waitMs: 1 } });
});
afterEach(() => pool.query('delete from ingest_jobs'));
afterAll(async () => {
  await api.close();
  await hasty.close();
  await database.close();
});

test('parts are durable byte for byte before the job names them, and the receipt is the answer', async () => {
  const sent = store(api, multipart('first', 'second'), { path: '/1.3' });
  const [answer] = await Promise.all([sent, worker(pool)]);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/dicom+json');
  expect(await answer.json()).toMatchObject({
    '00081190': { Value: [`${api.url}/dicom-web/studies/1.3`] },
    '00081199': {
      Value: [{ '00081155': { Value: ['1.5.0'] } }, { '00081155': { Value: ['1.5.1'] } }],
    },
  });
  const [job] = await jobs(pool);
  expect(job).toMatchObject({ hospital: 'HOSP-A', study: '1.3' });
  const [pack] = JSON.parse(job!.packs) as JobPack[];
  const parts = JSON.parse(job!.parts) as Exclude<JobPart, { refused: unknown }>[];
  for (const [index, text] of ['first', 'second'].entries()) {
    const { offset, bytes, sha256 } = parts[index]!;
    const kept = await api.ports.objects.read(pack!.key, { start: offset, end: offset + bytes });
    expect(kept?.toString()).toBe(text);
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  }
});

test('a receipt that nobody announced is found all the same', async () => {
  const [answer] = await Promise.all([store(api, multipart('x')), worker(pool, false)]);
  expect(answer.status).toBe(200);
});

test('the same request again gets the same receipt and makes no second job', async () => {
  const [first] = await Promise.all([store(api, multipart('x')), worker(pool)]);
  const again = await store(api, multipart('x'));
  expect(again.status).toBe(200);
  expect(await again.text()).toBe(await first.text());
  expect(await jobs(pool)).toHaveLength(1);
});

test('the same request at the same time joins the first', async () => {
  const answers = Promise.all([1, 2, 3].map(() => store(api, multipart('x'))));
  await worker(pool);
  expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await jobs(pool)).toHaveLength(1);
});

test.each<[string, Sent]>([
  ['another hospital', { hospital: 'HOSP-B' }],
  ['another study in the path', { path: '/1.3' }],
])('the same bytes from or for %s are another job', async (_, sent) => {
  await store(hasty, multipart('x'));
  await store(hasty, multipart('x'), sent);
  expect(await jobs(pool)).toHaveLength(2);
});

test('a receipt that does not come in time is 503, and the bytes are kept', async () => {
  const answer = await store(hasty, multipart('x'));
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('10');
  expect(await answer.json()).toMatchObject({ type: 'urn:arkim:problem:receipt-late' });
  expect(await jobs(pool)).toHaveLength(1);
});

test('who prefers so is answered at once and gets the receipt later, inside the hospital only', async () => {
  const answer = await store(api, multipart('x'), { headers: { prefer: 'respond-async' } });
  expect(answer.status).toBe(202);
  const location = answer.headers.get('location')!;
  const receipt = async (hospital: string) => {
    const authorization = `Bearer ${await api.token('modality', hospital)}`;
    return fetch(location, { headers: { authorization } });
  };
  expect((await receipt('HOSP-A')).status).toBe(202);
  await completeJobs(pool);
  const complete = await receipt('HOSP-A');
  expect(complete.status).toBe(200);
  expect(await complete.json()).toHaveProperty('00081199');
  expect((await receipt('HOSP-B')).status).toBe(404);
});

test('the module comes as XML when that is asked for', async () => {
  const headers = { accept: 'application/dicom+xml' };
  const [answer] = await Promise.all([store(api, multipart('x'), { headers }), worker(pool)]);
  expect(answer.headers.get('content-type')).toBe('application/dicom+xml');
  expect(await answer.text()).toContain('keyword="ReferencedSOPSequence"');
});

test('a job that is handed over is answered by its receipt, and never queued', async () => {
  const receipt = JSON.stringify({ outcomes: [{ part: 0, outcome: 'stored', study: '1.3' }] });
  const handOver = { give: async () => receipt, close: () => undefined };
  const handing = await testApi(pool, { handOver });
  try {
    expect((await store(handing, multipart('x'))).status).toBe(200);
    expect(await jobs(pool)).toEqual([]);
    const prefer = { prefer: 'respond-async' };
    expect((await store(handing, multipart('x'), { headers: prefer })).status).toBe(202);
    expect(await jobs(pool)).toHaveLength(1);
  } finally {
    await handing.close();
  }
});

test('F18: a job that no worker answers for is queued', async () => {
  const handing = await testApi(pool, {
    handOver: { give: async () => undefined, close: () => undefined },
  });
  try {
    const [answer] = await Promise.all([store(handing, multipart('x')), worker(pool)]);
    expect(answer.status).toBe(200);
    expect(await jobs(pool)).toHaveLength(1);
  } finally {
    await handing.close();
  }
});
