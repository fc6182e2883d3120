import type { Demographics, PatientName } from '#archive/identity-events';
import type { FoundPatient } from '#index/patient-finder';
import type { Resource } from './fhir-answer.js';
import { identifierOf } from './identifier-token.js';

const GENDER: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };
/** ISO 21090 EN representation: which script a name is written in. */
const REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';
const CODE_OF_SCRIPT = { alphabetic: 'ABC', ideographic: 'IDE', phonetic: 'SYL' } as const;

/**
 * A Patient of FHIR R4: `patient`, with the identifiers of the same person that the caller may see (`others`). One that was merged into another
 * is inactive and says which replaces it, when that may be seen.
 */
export function patientResource(patient: FoundPatient, others: readonly FoundPatient[]): Resource {
  const { demographics, version, updatedAt, survivor } = patient;
  const rest = others.filter((other) => other.patient !== patient.patient);
  const link = rest.map((other) => linkTo(patient, other));
  const sex = GENDER[demographics.sex];
  return {
    resourceType: 'Patient',
    id: patient.patient,
    meta: { versionId: String(version), lastUpdated: updatedAt.toISOString() },
    identifier: [patient, ...rest].map(identifierOf),
    active: survivor === null,
    ...(demographics.names.length > 0 && { name: namesOf(demographics) }),
    ...(sex !== undefined && { gender: sex }),
    ...(demographics.birthDate !== '' && { birthDate: dateOf(demographics.birthDate) }),
    ...(link.length > 0 && { link }),
  };
}

const linkTo = (patient: FoundPatient, other: FoundPatient) => ({
  other: { reference: `Patient/${other.patient}` },
  type: linkType(patient, other),
});

const linkType = (patient: FoundPatient, other: FoundPatient) => {
  if (patient.survivor === other.patient) return 'replaced-by';
  return other.survivor === patient.patient ? 'replaces' : 'seealso';
};

const namesOf = ({ names }: Demographics) => names.map((name) => nameOf(name, names.length > 1));

const nameOf = ({ script, family, given }: PatientName, isOneOfMany: boolean) => ({
  ...((isOneOfMany || script !== 'alphabetic') && {
    extension: [{ url: REPRESENTATION, valueCode: CODE_OF_SCRIPT[script] }],
  }),
  ...(family !== '' && { family }),
  ...(given.length > 0 && { given }),
});

/** YYYY, YYYY-MM or YYYY-MM-DD. */
const dateOf = (date: string): string =>
  [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].filter((part) => part !== '').join('-');
