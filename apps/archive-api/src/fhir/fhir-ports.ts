import type { AccessSubject, RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { Action } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import { decideAction } from '#archive/access/decide-access';
import type { Authorities } from '#archive/identity/patient-identifier';
import type { IdentityDesk } from '#index/identity-desk';
import type { OpaqueIds } from '#index/opaque-ids';
import type { FoundPatient, PatientFinder, PatientReach } from '#index/patient-finder';
import type { RetentionCommands } from '#index/retention-commands';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';

export const FHIR = Symbol('Fhir');

/** What the FHIR routes of patients are given. */
export type FhirPorts = Readonly<{
  finder: PatientFinder;
  desk: IdentityDesk;
  retention: RetentionCommands;
  ids: Pick<OpaqueIds, 'patient'>;
  /** How a hospital names its patients. */
  authoritiesOf: (hospital: string) => Promise<Authorities>;
  policyInForce: () => AccessPolicy;
  recordAccess: RecordAccess;
  newId: () => string;
  /** Milliseconds since 1970. */
  wallMs: () => number;
}>;

/**
 * Whose patients a caller may find: the agency everybody's, all others those of their own hospital, with a token for one patient that one. The first
 * gate has let them in.
 */
export async function reachOfCaller(
  { authoritiesOf }: Pick<FhirPorts, 'authoritiesOf'>,
  { hospital, onlyPerson }: Caller,
): Promise<PatientReach> {
  if (hospital === AGENCY) return { of: 'all', onlyPerson };
  const { own, trusted } = await authoritiesOf(hospital);
  return { of: { hospital, own, authorities: [...trusted] }, onlyPerson };
}

/** Writes down which persons a caller was shown, before they are. */
export async function recordShown(
  { recordAccess, policyInForce }: FhirPorts,
  caller: Caller,
  shown: readonly FoundPatient[],
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const policy = policyInForce();
  const persons = new Set(shown.map((patient) => patient.person));
  const records = [...persons].map((person) => ({
    ...recordOf(subject, 'read-identity', policy, person),
    personal: personalOf(caller),
  }));
  await Promise.all(records.map(recordAccess));
}

const recordOf = (subject: AccessSubject, action: Action, policy: AccessPolicy, person: string) => {
  const { outcome, rule, version, obligations } = decideAction(
    subject,
    action,
    subject.organisation,
    policy,
  );
  return {
    ...{ subject, action, outcome, rule, obligations, person },
    policyVersion: version,
    claim: null,
    hospital: subject.organisation,
    kind: 'identity',
  };
};
