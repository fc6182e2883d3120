import { afterAll, beforeAll } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { snapshotStoreContract } from '../snapshot-store.contract.js';
import { postgresSnapshotStore } from './postgres-snapshot-store.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

snapshotStoreContract(async () => {
  await database.pool.query('truncate snapshots');
  return postgresSnapshotStore(database.pool);
});
