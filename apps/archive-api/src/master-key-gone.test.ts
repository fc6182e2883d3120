import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MasterKeyUnavailable } from '#events/master-key';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from './archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from './stored-files.testing.js';

let database: TestDatabase;
let api: TestApi;
let sample: Sample;
let away = false;
const ring = memoryKeyRing(randomBytes);
const unlessAway = () => {
  if (away) throw new MasterKeyUnavailable('the token is away');
};
const keys = {
  ensure: async (ids: readonly string[]) => {
    unlessAway();
    return ring.ensure(ids);
  },
  find: async (ids: readonly string[]) => {
    unlessAway();
    return ring.find(ids);
  },
  destroy: ring.destroy,
};

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool, { keys });
  sample = (await holdSeries(api.ports, 'HOSP-A', await sampleFile('HOSP-B/mr-head/01.dcm')))[0]!;
});
afterAll(async () => {
  await api.close();
  await database.close();
});

test('while the master key is away what is sealed is 503, and the same request succeeds afterwards', async () => {
  const ask = async () =>
    fetch(`${api.url}/dicom-web/studies/${sample.study}/metadata`, {
      headers: {
        authorization: `Bearer ${await api.token('radiologist')}`,
        accept: 'application/dicom+json',
      },
    });
  away = true;
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ type: 'urn:arkim:problem:keys-unavailable' });
  away = false;
  const answered = await ask();
  expect(answered.status).toBe(200);
  await answered.arrayBuffer();
});
