import { actorOf, type Caller } from '../caller/caller.js';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import type { CdsClient } from './cds-client.js';

/** Who orders, as references of FHIR name them; patients and their relatives do not. */
const CLINICIAN = /^(?:Practitioner|PractitionerRole)\/(.+)$/;

/**
 * In whose name a call is made: a clinician or radiographer of the client's hospital, who is the same one as with a token of the issuer that the hospital has registered
 * for its users. Undefined when it is no clinician, or one whose rights were revoked.
 */
export function clinicianOf(
  { hospital, settings, issuedAtMs }: CdsClient,
  userId: string,
  registry: Pick<HospitalRegistry, 'find' | 'isFallbackOpen' | 'isRevoked'>,
): Caller | undefined {
  const subject = CLINICIAN.exec(userId)?.[1];
  if (subject === undefined) return undefined;
  const issuer = settings.userIssuer;
  const actor = actorOf({ issuer, subject });
  if (registry.isRevoked({ issuer, actor, issuedAtMs })) return undefined;
  return {
    hospital,
    roles: [settings.userRole ?? 'physician'],
    issuer,
    subject,
    purpose: 'TREAT',
    mfa: false,
    machine: false,
    act: null,
    patient: null,
    person: null,
    group: registry.find(hospital)?.group ?? '',
    crisis: registry.isFallbackOpen(hospital),
  };
}
