import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import type { ObjectStore } from '#storage/object-store';
import { SMALL_LANDING_BYTES_MAX } from '#storage/small-landing';
import { storeWithOutages } from '../../../libs/storage/src/outage.testing.js';
import { ctSlice, part10 } from '../../../test/support/part10.js';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { onboard, type TestApi, testApi, testStoreSettings } from './archive-api.testing.js';
import { beginStore, jobs, multipart, store } from './store/store-client.testing.js';
import { holdSeries, type Sample, sampleFile } from './stored-files.testing.js';

let database: TestDatabase;
let api: TestApi;
let sample: Sample;
const memory = memoryObjectStore({ nowMs: Date.now, bytesMax: 256 * 1024 ** 2 });
const objects = storeWithOutages(memory);

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool, { objects: objects.store });
  const files = await Promise.all([1, 2].map((n) => sampleFile(`HOSP-B/mr-head/0${n}.dcm`)));
  sample = (await holdSeries(api.ports, 'HOSP-A', ...files))[0]!;
});
afterEach(() => objects.away(false));
afterAll(async () => {
  await api.close();
  await database.close();
});

const get = async (path: string, from = api) =>
  fetch(`${from.url}${path}`, {
    headers: { authorization: `Bearer ${await from.token('radiologist')}` },
  });
/* An answer that is left unread holds its connection. */
const taken = async (path: string) => {
  const answer = await get(path);
  await answer.arrayBuffer();
  return answer;
};
const expectAway = async (answer: Response) => {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ type: 'urn:arkim:problem:object-store-unavailable' });
};

describe('while the object store is away', () => {
  test('a store is 503 and accepted by nobody', async () => {
    objects.away(true);
    await expectAway(await store(api, multipart('x'.repeat(SMALL_LANDING_BYTES_MAX))));
    expect(await jobs(database.pool)).toEqual([]);
  });
  test('a retrieval is 503 in every form, and the same one succeeds afterwards', async () => {
    const series = `/dicom-web/studies/${sample.study}/series/${sample.series}`;
    const instance = `${series}/instances/${sample.instance}`;
    const wado = `/wado?requestType=WADO&studyUID=${sample.study}&seriesUID=${sample.series}&objectUID=${sample.instance}`;
    const paths = [
      `/dicom-web/studies/${sample.study}`,
      series,
      instance,
      `${instance}/frames/1`,
      `${instance}/rendered`,
      `${instance}/bulkdata/7FE00010`,
      `${series}/metadata`,
      wado,
    ];
    objects.away(true);
    for (const path of paths) await expectAway(await get(path));
    objects.away(false);
    for (const path of paths) expect((await taken(path)).status, path).toBe(200);
  });
  test('a search goes on', async () => {
    objects.away(true);
    for (const path of ['/studies', '/series', `/studies/${sample.study}/instances`])
      expect((await taken(`/dicom-web${path}`)).status, path).toBe(200);
  });
  test('the archive is ready, and says what is down', async () => {
    const fresh = await testApi(database.pool, { objects: objects.store });
    objects.away(true);
    const answer = await get('/health/ready', fresh);
    const headers = { authorization: `Bearer ${await fresh.token('admin')}` };
    const metrics = await fetch(`${fresh.url}/metrics`, { headers });
    expect(await metrics.text()).toContain('\narkim_object_store_up 0\n');
    await fresh.close();
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'degraded', down: ['object-store'] },
    ]);
  });
});

describe('an object store that goes away in the middle', () => {
  const PIECES = 20;
  /* Of every stream a few pieces come. */
  const breaking = (): ObjectStore => ({
    ...objects.store,
    stream: async (...asked) => {
      const body = await objects.store.stream(...asked);
      return body && broken(body);
    },
  });
  async function* broken(body: AsyncIterable<Buffer>) {
    let pieces = 0;
    for await (const chunk of body) {
      yield chunk;
      pieces += 1;
      objects.away(pieces >= PIECES);
    }
  }
  test('of an answer cuts it off: nobody takes it for whole', async () => {
    const [study, series, instance] = ['1.2.700', '1.2.700.1', '1.2.700.1.1'];
    const pixels = { '7FE00010': ['OW', Buffer.alloc(20_000_000, 3)] } as const;
    const cut = await testApi(database.pool, { objects: breaking() });
    const file = part10(ctSlice({ study, series, instance }, pixels));
    await holdSeries(cut.ports, 'HOSP-A', file);
    const path = `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
    for (const accept of [
      'application/dicom; transfer-syntax=*',
      'multipart/related; type="application/dicom"; transfer-syntax=*',
      'application/zip',
    ]) {
      objects.away(false);
      const headers = { accept, authorization: `Bearer ${await cut.token('radiologist')}` };
      const answer = await fetch(`${cut.url}${path}`, { headers });
      expect(answer.status).toBe(200);
      await expect(answer.arrayBuffer(), accept).rejects.toThrow();
    }
    await cut.close();
  });
});

describe('an object store that takes nothing in', () => {
  const stuck: ObjectStore = {
    ...memory,
    put: (_key, body, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        void body[Symbol.asyncIterator]().next();
      }),
  };
  test('is told from a client that sends nothing: 503, not 408', async () => {
    const receive = { ...testStoreSettings.receive, idleMsMax: 300 };
    const slow = await testApi(database.pool, {
      objects: stuck,
      store: { ...testStoreSettings, receive },
    });
    await expectRetry(await store(slow, multipart('x'.repeat(100_000))));
    const silent = await beginStore(slow, '', '--edge\r\n');
    expect(await firstOf(silent)).toContain('408');
    await slow.close();
  });
  const expectRetry = async (answer: Response) => {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await answer.json()).toMatchObject({
      type: 'urn:arkim:problem:object-store-unavailable',
    });
  };
  async function firstOf(socket: AsyncIterable<Buffer>): Promise<string> {
    for await (const bytes of socket) return `${bytes}`;
    return '';
  }
});
