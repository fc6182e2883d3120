import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { tryRetention } from '#index/postgres/try-retention';
import { createPool } from '#platform/postgres-pool';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';

const STUDIES = Number(process.env['ARKIM_TEST_STUDIES'] ?? 1_000_000);
const PERSONS = 350_000;
const ON = '2026-11-22';

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;

/** Studies of three decades in two hospitals, of people of every age. Rows are written without triggers, as a restore writes them. */
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url, name: 'arkim test', statementMsMax: 1_200_000 });
  await ensureFindable(pool);
  await pool.query(`insert into hospitals (hospital, name, onboarded_at, settings) values
    ('LU', 'LU', now(), '{"jurisdiction":"LU"}'), ('FR', 'FR', now(), '{"jurisdiction":"FR"}')`);
  const client = await pool.connect();
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into patient_ids (patient, person, authority, value, birth_date)
     select md5(n::text), md5(n::text), '1', n::text, to_char(date '1930-01-01' + (n::bigint * 7919 % 23000)::int, 'YYYYMMDD') from generate_series(1, $1) as n`,
    [PERSONS],
  );
  await client.query(
    `insert into study_access (claim, hospital, patient, origin, person, study_date, study_uid)
     select md5('study' || n), case n % 2 when 0 then 'LU' else 'FR' end, p, p, p, to_char(date '1995-01-01' + (n::bigint * 104729 % 11600)::int, 'YYYYMMDD'), n::text
     from generate_series(1, $1) as n, lateral (select md5((n % $2 + 1)::text)) as of (p)`,
    [STUDIES, PERSONS],
  );
  await client.query(
    `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, words, terms)
     select claim, hospital, 'CT', '{}', '{}', 'none', 'none', '{}', 'none', 0, '{}', 'test' from study_access`,
  );
  await client.query('set session_replication_role = default');
  client.release();
  await pool.query('analyze');
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

test('a dry run over a million studies finds what PostgreSQL’s calendar finds', async () => {
  const { rows } = await pool.query(
    `with seen as (select hospital, person, count(*) as studies, max(to_date(study_date, 'YYYYMMDD')) as last_contact from study_access group by 1, 2),
       judged as (select hospital, studies,
         case hospital when 'LU' then last_contact + interval '10 years'
           else greatest(last_contact + interval '20 years', to_date(birth_date, 'YYYYMMDD') + interval '28 years') end as last_day
         from seen join patient_ids using (person))
     select hospital, sum(studies)::int as studies, coalesce(sum(studies) filter (where last_day < $1), 0)::int as due from judged group by 1 order by 1`,
    [ON],
  );
  const beforeBirth = await pool.query(
    `select count(*)::int as studies from study_access join patient_ids using (person) where study_date < birth_date`,
  );
  const startedMs = performance.now();
  const found = await tryRetention(pool, {
    ...{ before: RETENTION_TABLE, after: RETENTION_TABLE, on: ON },
    ...{ studiesMax: Number.POSITIVE_INFINITY, signal: new AbortController().signal },
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`dry run: ${found.studies} studies in ${seconds} s\n`);
  expect(found).toMatchObject({ studies: STUDIES, earlier: 0, later: 0, otherwise: 0 });
  expect(beforeBirth.rows[0].studies).toBe(0);
  for (const { hospital, studies, due } of rows) {
    const own = found.counts.filter(({ jurisdiction }) => jurisdiction === hospital);
    const sum = (of: 'studies' | 'due') => own.reduce((total, each) => total + each[of], 0);
    expect([hospital, sum('studies'), sum('due')]).toEqual([hospital, studies, due]);
  }
});
