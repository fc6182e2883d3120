import type { Pool } from 'pg';
import type { RetentionScope } from '#archive/retention-events';

type Begun = Readonly<{ subject: string; scope: RetentionScope }>;

/** What a dispute or mark of a hospital is about; undefined when there is none. */
export async function findBegun(
  pool: Pool,
  table: 'retention_disputes' | 'retention_marks',
  { hospital, id }: Readonly<{ hospital: string; id: string }>,
): Promise<Begun | undefined> {
  const { rows } = await pool.query(
    `select subject, scope from ${table} where id = $1 and hospital = $2`,
    [id, hospital],
  );
  return rows[0];
}

/** Whether an identifier of a patient (its opaque id) was ever heard of. */
export async function isKnownPatient(pool: Pool, patient: string): Promise<boolean> {
  const { rowCount } = await pool.query('select from patient_ids where patient = $1', [patient]);
  return rowCount === 1;
}

/** Whether the hospital has this study in custody. */
export async function isStudyOf(pool: Pool, hospital: string, claim: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select from study_access where claim = $1 and hospital = $2',
    [claim, hospital],
  );
  return rowCount === 1;
}

type DisputePage = Readonly<{
  state: 'open' | 'closed';
  after?: string | undefined;
  limit: number;
}>;

/** A page of the disputes of a hospital, by their ids. */
export async function listDisputes(
  pool: Pool,
  hospital: string,
  { state, after = '', limit }: DisputePage,
) {
  const { rows } = await pool.query(
    `select id, scope, from_day as from, until_day as until from retention_disputes
     where hospital = $1 and (until_day is null) = $2 and id > $3 order by id limit $4`,
    [hospital, state === 'open', after, limit + 1],
  );
  return { items: rows.slice(0, limit), more: rows.length > limit };
}
