import type { Pool } from 'pg';
import type { PatientIdentifier } from '#archive/access/access-facts';
import { type Authorities, identifierOf } from '#archive/identity/patient-identifier';
import type { OpaqueIds } from '#index/opaque-ids';
import { qualified } from '../fhir/identifier-token.js';
import type { HookRequest, ServiceRequest, StatedIdentifier } from './hook-request.js';

/** Who the patient of a call is. `identifier`: one by which the archive knows them, where there is one, else the first; `patient` its opaque id. */
export type PatientOfCall = Readonly<{
  identifier: PatientIdentifier;
  patient: string;
  person: string;
}>;

export type PatientPorts = Readonly<{ pool: Pick<Pool, 'query'>; ids: Pick<OpaqueIds, 'patient'> }>;

const IDENTIFIERS_MAX = 20;

/** The identifiers of the patient that a call brings, each once, as the settings of its hospital read them; none where it names another patient than its context. */
export function identifiersOf(
  { context, prefetch }: HookRequest,
  drafts: readonly ServiceRequest[],
  authorities: Authorities,
): readonly PatientIdentifier[] {
  const { id = context.patientId, identifier = [] } = prefetch?.patient ?? {};
  if (id !== context.patientId) return [];
  const ofSubjects = drafts.flatMap(({ subject }) =>
    subject.identifier === undefined ? [] : [subject.identifier],
  );
  const found = new Map<string, PatientIdentifier>();
  for (const stated of [...identifier, ...ofSubjects].filter(isInUse)) {
    const known = ofHospital(stated, authorities);
    if (known !== undefined) found.set(`${known.authority}\0${known.value}`, known);
  }
  return [...found.values()].slice(0, IDENTIFIERS_MAX);
}

const isInUse = ({ use, period }: StatedIdentifier): boolean =>
  use !== 'old' && period?.end === undefined;

/** An authority for which the hospital may not speak counts within the hospital alone. */
function ofHospital(
  { system, value }: StatedIdentifier,
  authorities: Authorities,
): PatientIdentifier | undefined {
  const stated = qualified(system, value);
  if (stated === undefined) return undefined;
  const { authority } = stated;
  if (authority === authorities.own || authority.startsWith(`${authorities.hospital}/`))
    return stated;
  const named = { issuer: authority, universalId: '', universalIdType: '' };
  return identifierOf({ value: stated.value, ...named }, authorities);
}

/**
 * The one person whom all identifiers are of, or undefined when they are of several: a call that mixes two people up gets no card about either.
 * Identifiers that nobody has told the archive of are of nobody else.
 */
export async function patientOf(
  { pool, ids }: PatientPorts,
  identifiers: readonly PatientIdentifier[],
): Promise<PatientOfCall | undefined> {
  const named = identifiers.map((identifier) => ({
    identifier,
    patient: ids.patient(identifier.authority, identifier.value),
  }));
  const { rows } = await pool.query({
    name: 'persons-of-patients',
    text: 'select patient, person from patient_ids where patient = any ($1)',
    values: [named.map(({ patient }) => patient)],
  });
  const known = new Map(
    (rows as readonly Readonly<{ patient: string; person: string }>[]).map(
      ({ patient, person }) => [patient, person],
    ),
  );
  if (new Set(known.values()).size > 1) return undefined;
  const first = named.find(({ patient }) => known.has(patient)) ?? named[0];
  return first && { ...first, person: known.get(first.patient) ?? first.patient };
}
