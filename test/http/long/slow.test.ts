import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  onboard,
  type TestApi,
  testApi,
  testStoreSettings,
} from '../../../apps/archive-api/src/archive-api.testing.js';
import { connectTo, head } from '../../../apps/archive-api/src/raw-request.testing.js';
import {
  beginStore,
  multipart,
  store,
  worker,
} from '../../../apps/archive-api/src/store/store-client.testing.js';
import {
  holdSeries,
  type Sample,
  sampleFile,
} from '../../../apps/archive-api/src/stored-files.testing.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';

let database: TestDatabase;
let api: TestApi;
let large: Sample;
let medium: Sample;
let small: Sample;
const open: Socket[] = [];
let stores = 0;

/** More than the buffers of both ends of a connection take in, so that who doesn't read stops the answer. */
const LARGE_BYTES = 24 * 1024 * 1024;
const MEDIUM_BYTES = 7 * 1024 * 1024;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(database.pool, { store: { ...testStoreSettings, waitMs: 60_000 } });
  const sample = await sampleFile('HOSP-B/mr-head/01.dcm');
  [large] = (await holdSeries(api.ports, 'HOSP-A', padded(sample, LARGE_BYTES))) as [Sample];
  const other = await sampleFile('HOSP-A/ct-small/01.dcm');
  [medium] = (await holdSeries(api.ports, 'HOSP-A', padded(other, MEDIUM_BYTES))) as [Sample];
  [small] = (await holdSeries(api.ports, 'HOSP-B', sample)) as [Sample];
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await database.pool.query('delete from ingest_jobs');
});
afterAll(async () => {
  await api.close();
  await database.close();
});

/** The file with Data Set Trailing Padding (FFFC,FFFC) behind it (PS3.10 §7.2). */
function padded(file: Buffer, bytes: number): Buffer {
  const element = Buffer.alloc(12);
  element.writeUInt16LE(0xfffc, 0);
  element.writeUInt16LE(0xfffc, 2);
  element.write('OB', 4, 'latin1');
  element.writeUInt32LE(bytes, 8);
  return Buffer.concat([file, element, Buffer.alloc(bytes)]);
}

const pathOf = ({ study, series, instance }: Sample) =>
  `/studies/${study}/series/${series}/instances/${instance}`;
const get = async (path: string, hospital: string) =>
  fetch(`${api.url}/dicom-web${path}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist', hospital)}`, accept: '*/*' },
  });

/** What a hospital does all day goes through while the slow ones are there. */
async function othersGetOn(): Promise<void> {
  const stored = store(api, multipart('one', `two ${stores++}`), { hospital: 'HOSP-B' });
  await worker(database.pool);
  const answer = await stored;
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
  const found = await get('/studies', 'HOSP-B');
  expect([found.status, ((await found.json()) as unknown[]).length]).toEqual([200, 1]);
  const retrieved = await get(pathOf(small), 'HOSP-B');
  expect(retrieved.status).toBe(200);
  expect((await retrieved.arrayBuffer()).byteLength).toBeGreaterThan(small.bytes.length);
}

async function slowHeads(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const socket = connectTo(api).on('error', () => undefined);
    socket.write('GET /dicom-web/studies HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    open.push(socket);
  }
}

/** Each is let in, or told at once that there is no place. */
async function slowSenders(count: number): Promise<void> {
  const answers: Promise<string>[] = [];
  for (let index = 0; index < count; index++) {
    const socket = (await beginStore(api, 'Expect: 100-continue\r\n', '')).on(
      'error',
      () => undefined,
    );
    open.push(socket);
    answers.push(
      new Promise((told) => socket.once('data', (bytes) => told(`${bytes}`.slice(9, 12)))),
    );
  }
  const told = await Promise.all(answers);
  for (const status of told) expect(['100', '503']).toContain(status);
  for (const socket of open) socket.write('--edge\r\nContent-Type: application/dicom\r\n\r\nD');
}

async function slowReaders(count: number, path = pathOf(large)): Promise<void> {
  const token = await api.token('radiologist');
  const lines = ['Host: x', `Authorization: Bearer ${token}`, 'Accept: application/dicom'];
  for (let index = 0; index < count; index++) {
    const socket = connectTo(api).on('error', () => undefined);
    socket.write(head(`GET /dicom-web${path} HTTP/1.1`, ...lines));
    open.push(socket);
  }
  await Promise.all(
    open.slice(0, 60).map((socket) => new Promise((go) => socket.once('readable', go))),
  );
}

const KINDS = [
  ['heads', slowHeads],
  ['senders', slowSenders],
  ['readers', slowReaders],
] as const;

describe.each(KINDS)('slow %s', (_kind, begin) => {
  test.each([60, 500])('of one hospital, %i of them, keep nobody else waiting', async (count) => {
    await begin(count);
    for (let turn = 0; turn < 3; turn++) await othersGetOn();
    expect(open).toHaveLength(count);
  });
});

test('what slow readers hold is bounded, also of instances that would go out in one write', async () => {
  for (const path of [pathOf(large), pathOf(medium)]) {
    const before = process.memoryUsage().rss;
    await slowReaders(500, path);
    await othersGetOn();
    expect(process.memoryUsage().rss - before).toBeLessThan(1024 ** 3);
    for (const socket of open.splice(0)) socket.destroy();
  }
});
test('a hospital whose slow readers are gone reads again', async () => {
  await slowReaders(500);
  for (const socket of open.splice(0)) socket.destroy();
  const answer = await get('/studies', 'HOSP-A');
  expect([answer.status, ((await answer.json()) as unknown[]).length]).toEqual([200, 2]);
});
