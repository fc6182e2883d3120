import { expect, test } from 'vitest';
import { createPool } from '#platform/postgres-pool';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { isDatabaseGone } from './database-gone.js';

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a server that is not there', async () => {
  const pool = createPool({ url: 'postgresql://x@127.0.0.1:1/x', name: 'test' });
  expect(isDatabaseGone(await failureOf(pool.query('select 1')))).toBe(true);
  await pool.end();
});
test('a connection that is ended under a query', async () => {
  const database: TestDatabase = await testDatabase();
  const failure = failureOf(database.pool.query('select pg_terminate_backend(pg_backend_pid())'));
  expect(isDatabaseGone(await failure)).toBe(true);
  await database.close();
});
test('a query that is wrong is something else', async () => {
  const database: TestDatabase = await testDatabase();
  expect(isDatabaseGone(await failureOf(database.pool.query('select nonsense')))).toBe(false);
  await database.close();
});
test('any other error is something else', () => expect(isDatabaseGone(new Error('x'))).toBe(false));
