import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { createFindable, findableSchema } from './postgres/findable-schema.js';
import { planSearch } from './search-plan.js';
import { queryOf } from './search-plan.testing.js';
import type { SearchPosition } from './search-position.js';
import { ownBranch, wholeHospital } from './search-reach.js';
import { statementValues } from './search-sql.js';
import { restricted, SERIES_ORDER, STUDY_ORDER } from './search-statement.js';

const VERSION = 901;
const SCHEMA = findableSchema(VERSION);
const STUDIES = 240;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(createFindable(VERSION));
  const numbers = Array.from({ length: STUDIES }, (_, number) => number);
  await insert('studies', numbers.map(studyOf));
  await insert(
    'series',
    numbers.flatMap((number) => [0, 1].map((at) => seriesOf(number, at))),
  );
  await database.pool.query(`vacuum analyze ${SCHEMA}.studies`);
});
afterAll(() => database.close());

const DAYS = ['20240301', '20240229', '20240228', ''];
const TIMES = ['', '101500', '101501'];
const NAMES = ['muller^anna', 'muller^bert', 'mullerova^ute', 'yamada^taro'];
const REFERRING = ['house^greg', 'house^lisa', 'who^'];
const MODALITIES = [['CT'], ['MR'], ['CT', 'SR'], []];

/** Numbers without a common divisor with the lengths spread everything over everything. */
const pick = <Item>(items: readonly Item[], number: number): Item =>
  items[Math.floor(number) % items.length]!;

const studyOf = (number: number) => ({
  claim: `claim-${number}`,
  hospital: number % 5 === 0 ? 'HOSP-B' : 'HOSP-A',
  study_uid: `1.${(number * 7) % STUDIES}`,
  ...{ patient_id: `P${number % 9}`, issuer: '', patient_name: '', birth_date: '', sex: '' },
  patient_name_folded: pick(NAMES, number / 3),
  ...{ study_date: pick(DAYS, number / 2), study_time: pick(TIMES, number) },
  ...{ accession: '', study_id: '', referring: '', referring_folded: pick(REFERRING, number / 5) },
  description: number % 2 === 0 ? 'thorax' : 'abdomen',
  modalities: pick(MODALITIES, number / 7),
  ...{ series_count: 2, instance_count: 2, bytes: 0, version: 1, attributes: '{}', json: '{}' },
  ...{ patient_name_keys: [], referring_keys: [] },
});

const seriesOf = (number: number, at: number) => ({
  series: `series-${number}-${at}`,
  claim: `claim-${number}`,
  ...{ hospital: number % 5 === 0 ? 'HOSP-B' : 'HOSP-A', series_uid: `1.${number}.${at}` },
  ...{ modality: pick(['CT', 'MR', 'SR'], number + at), number: number % 4 === 0 ? null : at },
  ...{ description: '', body_part: '', pps_date: '', pps_time: '' },
  ...{ requested_procedure_ids: [], scheduled_step_ids: [], instance_count: 1, version: 1 },
  ...{ attributes: '{}', json: '{}' },
});

const insert = (table: string, rows: readonly object[]) =>
  database.pool.query(
    `insert into ${SCHEMA}.${table} select * from json_populate_recordset(null::${SCHEMA}.${table}, $1)`,
    [JSON.stringify(rows)],
  );

const PARAMETERS = [
  'StudyDate=20240228',
  'StudyDate=20240228-20240229',
  'StudyDate=20240229-&StudyTime=101501-',
  'StudyDate=20240229&TimezoneOffsetFromUTC=%2B0100',
  'ModalitiesInStudy=CT',
  'ModalitiesInStudy=MR,SR',
  'ModalitiesInStudy=CT%5CSR&multiplevaluematching=true',
  'ModalitiesInStudy=C*',
  'PatientName=mull*',
  'PatientName=muller^*',
  'PatientName=m*a',
  'PatientName=*anna*',
  'PatientName=muller^anna',
  'PatientName=Müller*&fuzzymatching=true',
  'ReferringPhysicianName=house^greg',
  'ReferringPhysicianName=house*',
  'PatientID=P3',
  'StudyDescription=*thorax*',
  'Modality=CT',
];

const search = fc.record({
  level: fc.constantFrom('study' as const, 'series' as const),
  parameters: fc.uniqueArray(fc.constantFrom(...PARAMETERS), { maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 40 }),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: STUDIES })),
  position: fc.option(
    fc.constantFrom<SearchPosition>(
      { date: '20240229', time: '101500', study: '1.100', series: { number: null, uid: '1.4.0' } },
      { date: '', time: '', study: '1.30', series: { number: 0, uid: '1.9.0' } },
    ),
    { nil: undefined },
  ),
});

const runs = async (text: string, values: readonly unknown[]) =>
  (await database.pool.query(text.replaceAll('{schema}', SCHEMA), [...values])).rows as Record<
    string,
    string
  >[];

test('a page is the rows that stand there when all that fit are sorted, whatever is passed over', async () => {
  let full = 0;
  await fc.assert(
    fc.asyncProperty(search, async ({ level, parameters, limit, offset, position }) => {
      const names = new Set(parameters.map((one) => one.split('=')[0]));
      fc.pre(names.size === parameters.length);
      const query = queryOf([...parameters, `limit=${limit}`, `offset=${offset}`].join('&'));
      const planned = planSearch(level, {}, { ...query, position }, wholeHospital('HOSP-A'));
      if (!planned.ok) throw new Error('the search is possible');
      const page = await runs(planned.statement.text, planned.statement.values);
      const { values, bind } = statementValues();
      const matches = query.matches.filter(
        ({ condition }) => condition.kind !== 'any',
      ) as Parameters<typeof restricted>[1];
      const asked = {
        level,
        scope: {},
        reach: wholeHospital('HOSP-A'),
        matches,
        position,
        shown: new Set([level]),
      };
      const all = await runs(
        `select ${level === 'study' ? 'studies.study_uid' : 'series.series_uid'} as uid
         ${restricted(asked, matches, bind, ownBranch('HOSP-A').sql(bind))} order by ${level === 'study' ? STUDY_ORDER : SERIES_ORDER}`,
        values,
      );
      const uids = page.map((row) => row[`${level}_uid`]);
      expect(uids).toEqual(all.slice(offset, offset + limit + 1).map(({ uid }) => uid));
      if (offset > 0 && uids.length > 1) full += 1;
    }),
    { numRuns: 200 },
  );
  expect(full).toBeGreaterThan(10);
});

test.each(PARAMETERS.slice(0, -1))('%s is counted as it is found', async (parameters) => {
  const planned = planSearch(
    'study',
    {},
    queryOf(`${parameters}&limit=5000`),
    wholeHospital('HOSP-A'),
  );
  if (!planned.ok) throw new Error('the search is possible');
  const page = await runs(planned.statement.text, planned.statement.values);
  const { text, values } = planned.total!.statement();
  const [counted] = await runs(text, values);
  expect(Number(counted?.['results'])).toBe(page.length);
  expect(page.length).toBeGreaterThan(0);
});

test('keys of a page by offset, of a modality, a name or a physician come from an index alone', async () => {
  const nodes = async (query: string) => {
    const planned = planSearch('study', {}, queryOf(query), wholeHospital('HOSP-A'));
    if (!planned.ok) throw new Error('the search is possible');
    const { text, values } = planned.statement;
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      /* So few rows would be read as they lie. */
      await client.query('set local enable_seqscan = off; set local enable_bitmapscan = off');
      const { rows } = await client.query(
        `explain (costs off) ${text.replaceAll('{schema}', SCHEMA)}`,
        [...values],
      );
      return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
    } finally {
      await client.query('rollback');
      client.release();
    }
  };
  expect(await nodes('limit=5&offset=100')).toContain('Index Only Scan using studies_by_date');
  expect(await nodes('ModalitiesInStudy=MR&limit=5')).toContain(
    'Index Only Scan using studies_by_date',
  );
  expect(await nodes('PatientName=mull*')).toContain('Index Only Scan using studies_by_name');
  expect(await nodes('ReferringPhysicianName=house^greg')).toContain(
    'Index Only Scan using studies_by_referring',
  );
});
