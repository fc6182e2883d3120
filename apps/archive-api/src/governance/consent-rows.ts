import type { Pool } from 'pg';

/** The tables of consent, each with a column for the patient and one for their person. */
export type ConsentTable = 'oppositions' | 'grants' | 'exclusions' | 'representatives';

/** A row is found by its id; undefined when there is none. */
export async function findConsent(
  pool: Pool,
  table: ConsentTable,
  id: string,
): Promise<Readonly<{ patient: string; person: string }> | undefined> {
  const { rows } = await pool.query(`select patient, person from ${table} where id = $1`, [id]);
  return rows[0];
}

const FROM = 'valid_from as "from"';
const UNTIL = 'case when isfinite(valid_until) then valid_until end as until';
const WHOM = `nullif(organisation, '') as organisation, nullif(actor, '') as actor`;
const HOLDS = 'valid_until > $2';
const ROWS_MAX = 1_000;

/** All that holds now of one person, by kind. */
export async function listConsents(pool: Pool, person: string, now: Date) {
  const list = async (text: string) =>
    (await pool.query(`${text} order by valid_from, id limit ${ROWS_MAX}`, [person, now])).rows;
  const always = '$2::timestamptz is not null';
  return {
    oppositions: await list(
      `select id, patient, nullif(hospital, '') as hospital, nullif(claim, '') as claim, ${FROM}
       from oppositions where person = $1 and ${always}`,
    ),
    grants: await list(
      `select id, patient, ${WHOM}, level, nullif(claim, '') as claim, ${FROM}, ${UNTIL}
       from grants where person = $1 and ${HOLDS}`,
    ),
    exclusions: await list(
      `select id, patient, ${WHOM}, ${FROM} from exclusions where person = $1 and ${always}`,
    ),
    representatives: await list(
      `select id, patient, representative, ${FROM}, ${UNTIL} from representatives where person = $1 and ${HOLDS}`,
    ),
    represents: await list(
      `select id, patient, ${FROM}, ${UNTIL} from representatives where representative_person = $1 and ${HOLDS}`,
    ),
  };
}
