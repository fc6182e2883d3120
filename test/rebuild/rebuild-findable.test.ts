import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FilledArchive, filledArchive } from './filled-archive.js';

let filled: FilledArchive;
beforeAll(async () => {
  filled = await filledArchive();
});
afterAll(() => filled.close());

const activeSchema = async () => {
  const sql = `select 'findable_' || active as schema from projections where name = 'findable'`;
  return (await filled.archive.pool.query(sql)).rows[0].schema;
};

test('a damaged version is counted and stays; on request the new one is put into use', async () => {
  const { archive } = filled;
  const damaged = await activeSchema();
  await archive.pool.query(`delete from ${damaged}.studies where study_uid = '1.2.1'`);
  await archive.pool.query(`update ${damaged}.series set modality = 'MR'`);
  const differing = { studies: 1, series: 4, segments: 0, packs: 0 };
  expect(await archive.rebuild()).toMatchObject({ differing, switched: false });
  expect(await activeSchema()).toBe(damaged);
  expect(await archive.rebuild({ repair: true })).toMatchObject({ differing, switched: true });
  expect(await activeSchema()).not.toBe(damaged);
  archive.passTime(2_000);
  expect(await archive.ingest.findable.study('HOSP-A', '1.2.1')).toBeDefined();
  expect(await archive.rebuild()).toMatchObject({
    differing: { studies: 0, series: 0, segments: 0, packs: 0 },
    switched: true,
  });
});

test('a version from before names were found by sound gets their columns, and a rebuild fills them', async () => {
  const { archive } = filled;
  const keysOf = async () => {
    const sql = `select patient_name_keys, referring_keys from ${await activeSchema()}.studies order by study_uid`;
    return (await archive.pool.query(sql)).rows;
  };
  const before = await keysOf();
  const schema = await activeSchema();
  for (const table of ['studies', 'unseen_studies'])
    await archive.pool.query(
      `alter table ${schema}.${table} drop column patient_name_keys, drop column referring_keys`,
    );
  await archive.pool.query(await readFile('infra/postgres/0005-search.sql', 'utf8'));
  expect(await keysOf()).toEqual(before.map(() => ({ patient_name_keys: [], referring_keys: [] })));
  archive.passTime(2_000);
  expect(await archive.rebuild()).toMatchObject({
    differing: { studies: 0, series: 0, segments: 0, packs: 0 },
    switched: true,
  });
  expect(await keysOf()).toEqual(before);
});
