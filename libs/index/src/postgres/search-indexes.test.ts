import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import type { HeaderJson } from '../header-json.js';
import { evolveStudyRow, studyColumns } from '../study-row.js';
import { createFindable, findableSchema } from './findable-schema.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const insert = (schema: string, row: object) =>
  database.pool.query(
    `insert into ${schema}.studies select * from json_populate_record(null::${schema}.studies, $1)`,
    [JSON.stringify(row)],
  );

/** Text that doesn't compress: an index keeps compressed what does. */
const noise = (length: number, from: number, points: number) => {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCodePoint(from + (Math.floor(state / 65_536) % points));
  }).join('');
};

const hangul = { vr: 'PN', Value: [{ Alphabetic: noise(600, 0xac00, 11_000) }] };
const latin = (vr: string) => ({ vr, Value: [noise(700, 0xa1, 94)] });
const header = (number: number): HeaderJson => ({
  '00080020': latin('DA'),
  '00080030': latin('TM'),
  '00080060': { vr: 'CS', Value: [noise(600 + number, 0xa1, 94)] },
  '00080090': hangul,
  '00081030': latin('LO'),
  '00100010': hangul,
  '0020000D': { vr: 'UI', Value: [`1.${'2'.repeat(62)}`] },
});

const hostile = (modalities: number) =>
  studyColumns(
    evolveStudyRow(undefined, {
      claim: 'c',
      hospital: 'HOSPITAL-WITH-A-LONG-NAME',
      series: 's',
      version: 1,
      newSeries: true,
      bytes: 1,
      headers: Array.from({ length: modalities }, (_, number) => header(number)),
    }),
  );

test('the longest values that a study can have, and the most modalities, fit into the indexes', async () => {
  await database.pool.query(createFindable(903));
  const row = hostile(250);
  await insert(findableSchema(903), row);
  expect(JSON.parse(row.json)['00080061'].Value).toHaveLength(200);
  await database.pool.query('drop schema findable_903 cascade');
});

const OLD = `
drop index {schema}.studies_by_date, {schema}.studies_by_name, {schema}.studies_by_referring;
create index on {schema}.studies (hospital, study_date desc, study_time desc, study_uid);
create index on {schema}.studies (hospital, patient_name_folded text_pattern_ops);
create index on {schema}.studies (hospital, referring_folded text_pattern_ops);
alter table {schema}.studies reset (autovacuum_vacuum_insert_threshold, autovacuum_vacuum_insert_scale_factor);
alter table {schema}.studies alter patient_name_folded set statistics -1;`;

const shapeOf = async (schema: string) => {
  const sql = `select replace(indexdef, schemaname || '.', '') as shape from pg_indexes where schemaname = $1 and tablename = 'studies'
    union all select unnest(reloptions) from pg_class where oid = ($1 || '.studies')::regclass
    union all select attname || attstattarget from pg_attribute where attrelid = ($1 || '.studies')::regclass and attstattarget > 0
    order by 1`;
  return (await database.pool.query(sql, [schema])).rows.map(({ shape }) => shape);
};

test('a version from before indexes knew the order of dates gets those of a new one, and its rows are cut to fit', async () => {
  const old = findableSchema(904);
  await database.pool.query(createFindable(904));
  await database.pool.query(OLD.replaceAll('{schema}', old));
  const { modalities: _, ...row } = hostile(1);
  const modalities = Array.from({ length: 40 }, (_, number) => `MODALITY-${number}-OF-MANY`);
  await insert(old, { ...row, study_date: '2'.repeat(500), modalities });
  await database.pool.query(await readFile('infra/postgres/0010-search-at-size.sql', 'utf8'));
  await database.pool.query(createFindable(905));
  expect(await shapeOf(old)).toEqual(await shapeOf(findableSchema(905)));
  const { rows } = await database.pool.query(`select study_date, modalities from ${old}.studies`);
  expect(rows).toEqual([
    {
      study_date: '2'.repeat(32),
      modalities: modalities.slice(0, 32).map((one) => one.slice(0, 16)),
    },
  ]);
});
