import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { ROWS_OF_STUDY } from '#index/postgres/remove-study';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
});
afterAll(() => database.close());

/** Tables that name claims and keep their rows, and why. */
const STAYING: Readonly<Record<string, string>> = {
  audit_records: 'who saw it: sealed, with a time of its own',
  audit_shown: 'who saw it',
  disposals: 'what was done',
  fixity_damage: 'what was found damaged, by opaque ids',
  grants: 'the word of the patient',
  hold_queue: 'the reactor of holds sees to it',
  legal_holds: 'the case, which names a claim alone',
  manifest_queue: 'the reactor withdraws the manifest',
  oppositions: 'the word of the patient',
  orders: 'of the patient',
  pixel_copies: 'removed by both of its columns',
  reach: 'follows study_access',
  rejection_revocations: 'who revoked a rejection, by opaque ids',
  relationships: 'why somebody may know of the patient',
  retention_queue: 'the reactor of schedules sees to it',
  retention_schedule: 'goes by a trigger of its own, with the state',
  study_access: 'closed: it tells who could have seen it',
  study_changes: 'what was told',
  study_holds: 'none: what is held is not disposed of',
  study_moves: 'of the identity streams',
  told_studies: 'what was told',
  tombstones: 'that it is gone',
};

test('of each table that names a claim it is decided whether its rows go with the study', async () => {
  const { rows } = await database.pool.query(
    `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where column_name = 'claim' and table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const decided = [...ROWS_OF_STUDY, ...Object.keys(STAYING)].sort();
  expect(rows.map(({ name }) => name)).toEqual(decided);
});
