import type { Pool } from 'pg';
import type { PatientIdentifier } from '#archive/access/access-facts';
import { AGENCY } from '#archive/access/agency';
import type { Caller } from '../caller/caller.js';
import { badRequest, forbidden, ProblemException } from '../problem.js';
import type { CarePorts } from './care-ports.js';

/** In whose name consent is told: the patient's own, the agency's for any patient, or a hospital's that writes down what a patient says at its desk. */
export type Speaker = 'patient' | 'agency' | 'desk';

export function speakerOf({ roles, hospital }: Caller): Speaker {
  if (roles.includes('patient')) return 'patient';
  return hospital === AGENCY && roles.includes('agency') ? 'agency' : 'desk';
}

/** The opaque patient whom a request is about: oneself, or the one that the body names. */
export async function whosePatient(
  { pool, ids }: CarePorts,
  caller: Caller,
  named: PatientIdentifier | undefined,
): Promise<string> {
  const patient = named && ids.patient(named.authority, named.value);
  if (speakerOf(caller) !== 'patient') {
    if (patient === undefined) throw new ProblemException(badRequest('The body names no patient.'));
    return patient;
  }
  if (caller.patient === null) throw new ProblemException(forbidden('The token names no patient.'));
  if (patient === undefined) return caller.patient;
  if ((await personOf(pool, patient)) !== (await personOf(pool, caller.patient)))
    throw new ProblemException(forbidden('Patients speak for themselves here.'));
  return patient;
}

/** The person whom this identifier (its opaque id) is of now. */
export async function personOf(pool: Pool, patient: string): Promise<string> {
  const { rows } = await pool.query({
    name: 'person-of-patient',
    text: 'select person from patient_ids where patient = $1',
    values: [patient],
  });
  return rows[0]?.person ?? patient;
}

/** Whether the study of this claim is the person's. */
export async function isTheirs(pool: Pool, claim: string, person: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'study-of-person',
    text: 'select from study_access where claim = $1 and person = $2',
    values: [claim, person],
  });
  return rowCount === 1;
}

/** Whether a hospital of this code is known. */
export async function isHospital(pool: Pool, hospital: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'hospital-is-known',
    text: 'select from hospitals where hospital = $1',
    values: [hospital],
  });
  return rowCount === 1;
}
