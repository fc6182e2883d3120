import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { findableReader } from '#index/postgres/findable-reader';
import { boundedStatements } from '#platform/bounded-statements';
import { createPool } from '#platform/postgres-pool';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
  await onboard(database.pool, 'HOSP-A');
});
afterAll(() => database.close());

const BOUND_MS = 200;

/** Asks while somebody holds the lock that the statement needs. */
async function askWhileLocked(api: TestApi, table: string, path: string) {
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(`lock table ${table} in access exclusive mode`);
    const authorization = `Bearer ${await api.token('radiologist')}`;
    const answer = await fetch(`${api.url}/dicom-web${path}`, { headers: { authorization } });
    const { type } = (await answer.json()) as { type: string };
    return { status: answer.status, type, retryAfter: answer.headers.get('retry-after') };
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

test.each([
  ['its sessions', false],
  ['its transactions', true],
])(
  'a search whose statement takes too long is answered 503, bounded by %s',
  async (_, isPooler) => {
    const pool = createPool({
      url: database.url,
      name: 'arkim test',
      isPooler,
      pipeline: isPooler,
      statementMsMax: BOUND_MS,
    });
    const statements = isPooler ? boundedStatements(pool, BOUND_MS) : pool;
    const findable = findableReader(statements, { nowMs: Date.now });
    const api = await testApi(database.pool, { findable });
    for (const _ of [1, 2])
      expect(await askWhileLocked(api, 'findable_1.studies', '/studies')).toEqual({
        status: 503,
        type: 'urn:arkim:problem:search-too-slow',
        retryAfter: '10',
      });
    const authorization = `Bearer ${await api.token('radiologist')}`;
    const answer = await fetch(`${api.url}/dicom-web/studies`, { headers: { authorization } });
    expect(await answer.json()).toEqual([]);
    await api.close();
    await pool.end();
  },
);
test('another request whose statement takes too long is answered 503 as well', async () => {
  const pool = createPool({ url: database.url, name: 'arkim test', statementMsMax: BOUND_MS });
  const api = await testApi(database.pool, { findable: findableReader(pool, { nowMs: Date.now }) });
  expect(await askWhileLocked(api, 'findable_1.studies', '/studies/1.2.3/metadata')).toEqual({
    status: 503,
    type: 'urn:arkim:problem:database-late',
    retryAfter: '2',
  });
  await api.close();
  await pool.end();
});
