import type { Pool, PoolClient } from 'pg';
import type { AccessRow } from '../access-row.js';
import { type KnownPatients, NOBODY_KNOWN } from '../known-patients.js';

/** One statement for both: a slice asks behind its locks and waits for no further answer. */
const READ = {
  name: 'access-rows',
  text: `select 's' as kind, a.claim as id, a.patient, a.person, a.origin, coalesce(o.authority, '') as authority, coalesce(o.value, '') as value, a.state
    from study_access a left join patient_ids o on o.patient = a.origin where a.claim = any($1)
    union all select 'p', patient, '', person, '', '', '', '' from patient_ids where patient = any($2)`,
};

/** What is known of these studies and these patients. */
export async function readAccess(
  db: Pool | PoolClient,
  claims: readonly string[],
  patients: readonly string[],
): Promise<KnownPatients> {
  if (claims.length + patients.length === 0) return NOBODY_KNOWN;
  const { rows } = await db.query({ ...READ, values: [claims, patients] });
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    studies: new Map(of('s').map(({ kind: _, state: __, id, ...study }) => [id, study])),
    people: new Map(of('p').map(({ id, person }) => [id, person])),
    disposed: new Set(of('s').flatMap(({ id, state }) => (state === 'disposed' ? [id] : []))),
  };
}

/*
 * A patient of whom the authority has spoken stays as they are; else the study that sorts first says who it is, whichever came first. Whose a
 * study is stays, too: only a date that was missing is filled.
 * Sorted, so that two workers who bring the same new patients wait for each other in one order.
 */
const WRITE = {
  name: 'write-access-rows',
  text: `with arriving as materialized (select * from json_to_recordset($1) as r(
      claim text, hospital text, study_uid text, study_date text, study_time text, patient text, authority text, value text,
      family_folded text, given_folded text, birth_date text, sex text, demographics jsonb, other_names text[])),
    named as (select distinct on (patient) * from arriving where patient <> '' order by patient, claim),
    identified as (insert into patient_ids as known
      (patient, person, authority, value, family_folded, given_folded, birth_date, sex, demographics, other_names, stated_by)
      select patient, patient, authority, value, family_folded, given_folded, birth_date, sex, demographics, other_names, claim
      from named order by patient on conflict (patient) do update set (family_folded, given_folded, birth_date, sex, demographics,
          other_names, stated_by) = row (excluded.family_folded, excluded.given_folded, excluded.birth_date, excluded.sex,
          excluded.demographics, excluded.other_names, excluded.stated_by)
        where known.version = 0 and excluded.stated_by < known.stated_by
      returning patient, person, birth_date),
    flagged as (insert into person_flags as known (patient, person, birth_date)
      select patient, person, birth_date from identified i
      where birth_date <> '' or exists (select from person_flags f where f.patient = i.patient) order by patient
      on conflict (patient) do update set birth_date = excluded.birth_date)
    insert into study_access (claim, hospital, patient, origin, person, study_date, study_time, study_uid)
    select a.claim, a.hospital, a.patient, a.patient, coalesce(p.person, a.patient), a.study_date, a.study_time, a.study_uid
    from arriving a left join patient_ids p on p.patient = a.patient order by a.claim
    on conflict (claim) do update set
      study_date = case when study_access.study_date = '' then excluded.study_date else study_access.study_date end,
      study_time = case when study_access.study_time = '' then excluded.study_time else study_access.study_time end`,
};

/** Writes whose new studies are, within a transaction that shares the locks of their patients; a study that has its row gets a missing date only. */
export async function writeAccess(client: PoolClient, rows: readonly AccessRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({ ...WRITE, values: [JSON.stringify(rows)] });
}
