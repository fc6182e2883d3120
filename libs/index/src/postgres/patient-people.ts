import type { Pool, PoolClient } from 'pg';
import type { PatientIdentifier } from '#archive/access/access-facts';
import type { OpaqueIds } from '../opaque-ids.js';
import { sharedPatientLocks } from '../patient-locks.js';

/** The person that an identifier is of: opaque. An identifier that nobody has named yet is a person of its own. */
export async function personOf(
  db: Pool | PoolClient,
  ids: Pick<OpaqueIds, 'patient'>,
  { authority, value }: PatientIdentifier,
): Promise<string> {
  const patient = ids.patient(authority, value);
  return (await peopleOf(db, [patient])).get(patient) ?? patient;
}

/** The persons of known identifiers, by the opaque id of each; one that nobody has named is left out. */
export async function peopleOf(
  db: Pool | PoolClient,
  patients: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (patients.length === 0) return new Map();
  const { rows } = await db.query({
    name: 'people-of',
    text: 'select patient, person from patient_ids where patient = any($1)',
    values: [[...new Set(patients)]],
  });
  return new Map(rows.map(({ patient, person }) => [String(patient), String(person)]));
}

/**
 * The person of a patient for a row that the client's transaction is about to write: stays true until it ends. Whoever writes a row with a
 * `person` (relationships, grants, …) asks here, so that a link at the same moment moves the row too.
 */
export async function personForRow(client: PoolClient, patient: string): Promise<string> {
  await client.query(sharedPatientLocks('$1::text[]'), [[patient]]);
  return (await peopleOf(client, [patient])).get(patient) ?? patient;
}
