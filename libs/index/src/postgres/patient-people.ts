import type { Pool, PoolClient } from 'pg';

/**
 * The persons of known identifiers, by the opaque id of each; one that nobody has named is left out, and is a person of its own. Who asks for rows that
 * it writes shares the locks of the patients first (`patient-locks.ts`).
 */
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
