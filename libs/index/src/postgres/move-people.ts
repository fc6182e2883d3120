import type { Pool, PoolClient } from 'pg';
import { peopleOfEdges } from '#archive/identity/people';

/** The identifiers that hang together with these by links and merges that stand, these included. */
export async function reachedFrom(
  db: Pool | PoolClient,
  patients: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query(
    `with recursive reached as (
       select patient from unnest($1::text[]) as patient
       union select next.patient from reached, lateral (
         select other as patient from identity_links l where l.stands and l.patient = reached.patient
         union all select l.patient from identity_links l where l.stands and l.other = reached.patient) next)
     select patient from reached`,
    [patients],
  );
  return rows.map(({ patient }) => String(patient));
}

/** Gives identifiers, all that hang together, the person that the links make them, and all that hangs on each with it. The locks of all of them are held. */
export async function movePeople(client: PoolClient, reached: readonly string[]): Promise<void> {
  const edges = await client.query(
    'select patient, other from identity_links where stands and patient = any($1)',
    [reached],
  );
  const people = [...peopleOfEdges(reached, edges.rows)];
  await client.query(
    `select set_person(r.patient, r.person) from unnest($1::text[], $2::text[]) as r (patient, person)
     join patient_ids p on p.patient = r.patient and p.person <> r.person`,
    [people.map(([patient]) => patient), people.map(([, person]) => person)],
  );
}
