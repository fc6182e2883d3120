import type { Pool, PoolClient } from 'pg';
import { type RetentionRows, type StudyRetention, studyRetention } from '../study-retention.js';

/** Persons, and studies that nobody's are. */
export type RetentionSubjects = Readonly<{
  persons: readonly string[];
  claims: readonly string[];
}>;

const STUDIES = `select claim, hospital, person, study_date as date from study_access
    where person = any ($1) and person <> '' and state <> 'disposed'
  union all
  select claim, hospital, person, study_date from study_access where claim = any ($2) and person = '' and state <> 'disposed'`;
const EXAMS = `select claim, modality_group as group, purposes from study_exams where claim = any ($1)`;
const PEOPLE = `select patient, person, birth_date as birth from patient_ids where person = any ($1)
  union select person, person, '' from unnest($1::text[]) as p (person) where not exists (select from patient_ids i where i.patient = p.person)`;
const ENCOUNTERS = `select person, organisation as hospital, valid_from as from,
    case when valid_until = 'infinity' then null else valid_until end as until
  from relationships where person = any ($1) and kind = 'encounter'`;
const DEATHS = `select patient, source, died_on as "diedOn" from deaths where patient = any ($1)`;
const DISPUTES = `select subject, hospital, from_day as from, until_day as until from retention_disputes where subject = any ($1)`;
const MARKS = `select subject, hospital, mark, on_day as on from retention_marks where subject = any ($1)`;
const HOSPITALS = `select hospital, coalesce(settings ->> 'jurisdiction', '') as jurisdiction from hospitals`;

/** All studies of these persons, and these studies, each with what its schedule is made of. */
export async function retentionFacts(
  db: Pool | PoolClient,
  { persons, claims }: RetentionSubjects,
): Promise<readonly StudyRetention[]> {
  const read = async <K extends keyof RetentionRows>(
    _of: K,
    text: string,
    ...values: readonly (readonly string[])[]
  ): Promise<RetentionRows[K]> => (await db.query(text, [...values])).rows as RetentionRows[K] & [];
  const studies = await read('studies', STUDIES, persons, claims);
  if (studies.length === 0) return [];
  const people = await read('people', PEOPLE, persons);
  const held = studies.map(({ claim }) => claim);
  const patients = people.map(({ patient }) => patient);
  const subjects = [...patients, ...held];
  return studyRetention({
    ...{ studies, people },
    exams: await read('exams', EXAMS, held),
    encounters: await read('encounters', ENCOUNTERS, persons),
    deaths: await read('deaths', DEATHS, patients),
    disputes: await read('disputes', DISPUTES, subjects),
    marks: await read('marks', MARKS, subjects),
    hospitals: await read('hospitals', HOSPITALS),
  });
}

/** Where a walk over all studies stands: persons first, then the studies that nobody's are. */
export type SubjectPage = RetentionSubjects & Readonly<{ next: string | null }>;

const [PERSONS, CLAIMS] = ['p', 'c'];

/** The subjects after a place (`''`: from the start), at most `limit`; `next` null: there are none after them. */
export async function nextSubjects(
  db: Pool | PoolClient,
  after: string,
  limit: number,
): Promise<SubjectPage> {
  const [kind, last] = [after.slice(0, 1), after.slice(1)];
  if (kind !== CLAIMS) {
    const { rows } = await db.query(
      `select distinct person from study_access where person > $1 and person <> '' order by person limit $2`,
      [last, limit],
    );
    const persons = rows.map(({ person }) => String(person));
    const next = persons.length < limit ? CLAIMS : `${PERSONS}${persons.at(-1)}`;
    return { persons, claims: [], next: next ?? null };
  }
  const { rows } = await db.query(
    `select claim from study_access where claim > $1 and person = '' order by claim limit $2`,
    [last, limit],
  );
  const claims = rows.map(({ claim }) => String(claim));
  return { persons: [], claims, next: claims.length < limit ? null : `${CLAIMS}${claims.at(-1)}` };
}
