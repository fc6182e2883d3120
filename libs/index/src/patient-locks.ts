/**
 * Who writes a row that names a patient's person shares this lock for its transaction; who moves the person of an identifier holds it alone.
 * So no row is left behind with the person from before. The seed keeps these keys apart from those of studies.
 */
const keyOf = (patient: string) => `hashtextextended(${patient}, 15)`;

/** Locks as a select over the sorted list of patients in `parameter`, such as `$1::text[]`. Persons are read by a later statement. */
export const sharedPatientLocks = (parameter: string): string =>
  `select pg_advisory_xact_lock_shared(${keyOf('patient')}) from unnest(${parameter}) as patient`;

/** The same, alone. */
export const exclusivePatientLocks = (parameter: string): string =>
  `select pg_advisory_xact_lock(${keyOf('patient')}) from unnest(${parameter}) as patient`;
