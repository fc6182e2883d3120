import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import { createLog } from '#platform/log';
import { openS3ObjectStore, type S3ObjectStore } from '#storage/s3/s3-object-store';
import { SMALL_LANDING_BYTES_MAX } from '#storage/small-landing';
import {
  onboard,
  type TestApi,
  testApi,
  testStoreSettings,
} from '../../apps/archive-api/src/archive-api.testing.js';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { multipart } from '../acceptance/multipart.js';
import { type ArchiveCore, archiveCore, TEST_SECRETS } from '../support/archive-core.js';
import { type CephRgw, startCephRgw } from '../support/ceph-rgw.js';
import { newBucket } from '../support/object-store.js';
import { ctSlice, part10 } from '../support/part10.js';

/* A real gateway of Ceph's that stops answering, or dies, in the middle; edge and worker run here. */

/** Bounds small enough for a test; the order of them is that of production. */
const LIMITS = {
  headersMs: 1_000,
  idleMs: 1_000,
  connectMs: 1_000,
  attemptsMax: 2,
  attemptsMs: 2_000,
};
const ANSWER_MS_MAX = 30_000;
const LARGE_BYTES = 60_000_000;
const POLL_MS = 50;

let rgw: CephRgw;
let objects: S3ObjectStore;
let core: ArchiveCore;
let api: TestApi;
const stop = new AbortController();
let working: Promise<void>;
/* The worker takes nothing up. */
let isHeld = false;

beforeAll(async () => {
  rgw = await startCephRgw();
  const settings = await newBucket(rgw);
  objects = await openS3ObjectStore({ settings, limits: LIMITS, report: () => undefined });
  core = await archiveCore(objects);
  await onboard(core.pool, 'HOSP-A');
  api = await testApi(core.pool, {
    objects: core.store,
    findable: findableReader(core.pool, { nowMs: Date.now }),
    ids: opaqueIds(TEST_SECRETS.lookupKey),
    store: { ...testStoreSettings, waitMs: 20_000 },
  });
  const { ingest, pool } = core;
  const log = createLog({ name: 'paused test', level: 'fatal' });
  const awaitWork = async () => {
    do await sleep(POLL_MS);
    while (isHeld && !stop.signal.aborted);
    await pool.query('update ingest_jobs set claimed_until = null where claimed_until > now()');
  };
  working = runIngest({ ingest, pool, log, awaitWork, pause: sleep }, stop.signal);
});
afterEach(() => rgw.resume());
afterAll(async () => {
  stop.abort();
  await working;
  await api.close();
  await core.close();
  await objects.close();
  await rgw.stop();
});

const uids = (study: string) => ({ study, series: `${study}.1`, instance: `${study}.1.1` });
const tiny = (study: string) => part10(ctSlice(uids(study)));
/* Too large for the database to land it. */
const small = (study: string) =>
  part10(ctSlice(uids(study), { '7FE00010': ['OW', Buffer.alloc(SMALL_LANDING_BYTES_MAX)] }));
/* Of noise that two runs share: no two parts of it are alike. */
const large = (study: string) => {
  const pixels = Buffer.alloc(LARGE_BYTES);
  for (let at = 0; at < LARGE_BYTES; at += 4) pixels.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return part10(ctSlice(uids(study), { '7FE00010': ['OW', pixels] }));
};
const pathOf = (study: string) =>
  `/dicom-web/studies/${study}/series/${study}.1/instances/${study}.1.1`;
const AS_STORED = { accept: 'application/dicom; transfer-syntax=*' };

const ask = async (path: string, headers: Record<string, string> = {}, role = 'radiologist') =>
  fetch(`${api.url}${path}`, {
    headers: { authorization: `Bearer ${await api.token(role)}`, ...headers },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
const store = async (file: Buffer) => {
  const { headers, body } = multipart([file]);
  return fetch(`${api.url}/dicom-web/studies`, {
    method: 'POST',
    body,
    headers: { ...headers, authorization: `Bearer ${await api.token('modality')}` },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
};
const found = async (study: string) => {
  const answer = await ask(`/dicom-web/studies?StudyInstanceUID=${study}`);
  return ((await answer.json()) as unknown[]).length;
};
const jobCount = async () => (await core.pool.query('select 1 from ingest_jobs')).rowCount ?? 0;
const expectAway = async (answer: Response) => {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ type: 'urn:arkim:problem:object-store-unavailable' });
};
const AWAY = [
  ['does not answer', () => rgw.pause()],
  ['is gone', () => rgw.crash()],
] as const;

test.each(AWAY)(
  'F50, F52: while the gateway %s, stores and retrievals are 503 in time, searches go on',
  async (how, away) => {
    const study = how === 'is gone' ? '1.2.710' : '1.2.711';
    expect((await store(small(study))).status).toBe(200);
    const jobs = await jobCount();
    await away();
    await expectAway(await store(small(`${study}.9`)));
    expect(await jobCount()).toBe(jobs);
    await expectAway(await ask(pathOf(study), AS_STORED));
    expect(await found(study)).toBe(1);
    await rgw.resume();
    const read = await ask(pathOf(study), AS_STORED);
    expect(Buffer.from(await read.arrayBuffer()).equals(small(study))).toBe(true);
    expect(await found(`${study}.9`)).toBe(0);
    expect((await store(small(`${study}.9`))).status).toBe(200);
  },
);

test.each(AWAY)(
  'F50: while the gateway %s, what lands in the database is stored and read all the same',
  async (how, away) => {
    const study = how === 'is gone' ? '1.2.715' : '1.2.716';
    await away();
    expect((await store(tiny(study))).status).toBe(200);
    const read = await ask(pathOf(study), AS_STORED);
    expect(Buffer.from(await read.arrayBuffer()).equals(tiny(study))).toBe(true);
  },
);

test.each(AWAY)(
  'F50: in the middle of a store, the gateway %s: nothing is accepted, and nothing half stored',
  async (how, away) => {
    const study = how === 'is gone' ? '1.2.720' : '1.2.721';
    const file = large(study);
    const packs = async () =>
      (await Array.fromAsync(objects.list('packs/landing/'))).map(({ key }) => key).sort();
    const [jobs, before] = [await jobCount(), await packs()];
    const answer = await storeWithPause(file, away);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toLowerCase()).toContain('\r\nretry-after: ');
    await rgw.resume();
    expect(await jobCount()).toBe(jobs);
    expect(await packs()).toEqual(before);
    expect(await found(study)).toBe(0);
    expect((await store(file)).status).toBe(200);
    const read = await ask(pathOf(study), AS_STORED);
    expect(Buffer.from(await read.arrayBuffer()).equals(file)).toBe(true);
  },
);

/* Half of the body is sent, then something happens, then the rest; what the edge answers, however early. */
async function storeWithPause(file: Buffer, happen: () => Promise<void>): Promise<string> {
  const { headers, body } = multipart([file]);
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname).setTimeout(ANSWER_MS_MAX);
  let text = '';
  socket.on('error', () => undefined);
  socket.on('timeout', () => socket.destroy());
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.includes('\r\n\r\n')) socket.destroy();
  });
  const closed = once(socket, 'close');
  const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await api.token('modality')}\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.write(head);
  await new Promise((sent) => socket.write(body.subarray(0, body.length / 2), sent));
  await happen();
  socket.write(body.subarray(body.length / 2));
  await closed;
  return text;
}

test.each(AWAY)(
  'F52: in the middle of an answer, the gateway %s: the answer breaks off, and is not taken for whole',
  async (how, away) => {
    const study = how === 'is gone' ? '1.2.730' : '1.2.731';
    expect((await store(large(study))).status).toBe(200);
    for (const accept of [
      AS_STORED.accept,
      'multipart/related; type="application/dicom"; transfer-syntax=*',
    ]) {
      const answer = await ask(pathOf(study), { accept });
      expect(answer.status).toBe(200);
      const chunks = answer.body?.[Symbol.asyncIterator]();
      await chunks?.next();
      await away();
      await expect(drain(chunks)).rejects.toThrow();
      await rgw.resume();
    }
    const read = await ask(pathOf(study), AS_STORED);
    expect((await read.arrayBuffer()).byteLength).toBe(large(study).length);
  },
);

async function drain(chunks: AsyncIterator<unknown> | undefined): Promise<void> {
  while (chunks !== undefined && !(await chunks.next()).done);
}

test('F51: what was accepted before waits for S3 and is stored then; nothing of it is kept aside', async () => {
  isHeld = true;
  await sleep(1_000);
  const job = await core.send([small('1.2.740')]);
  await rgw.pause();
  isHeld = false;
  await sleep(6_000);
  expect(await core.receipt(job)).toBeUndefined();
  await rgw.resume();
  while ((await core.receipt(job)) === undefined) await sleep(POLL_MS);
  expect(await core.receipt(job)).toMatchObject([{ outcome: 'stored' }]);
  expect((await core.pool.query('select 1 from quarantine')).rowCount).toBe(0);
});
