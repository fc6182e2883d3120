import type { AccessRecord } from '#archive/access/access-facts';

/** An access by a radiologist of HOSP-A to a study of it; `changes` says what is otherwise. */
export const accessRecord = (changes: Partial<AccessRecord> = {}): AccessRecord => ({
  subject: {
    actor: 'actor',
    organisation: 'HOSP-A',
    group: '',
    roles: ['radiologist'],
    purpose: 'TREAT',
    mfa: false,
    machine: false,
    person: null,
    onBehalfOf: null,
    crisis: false,
  },
  action: 'retrieve',
  outcome: 'permit',
  rule: 'own-hospital',
  policyVersion: '1',
  obligations: ['log'],
  claim: 'claim',
  hospital: 'HOSP-A',
  person: 'person',
  kind: 'frames',
  personal: { issuer: 'issuer', subject: 'doctor' },
  ...changes,
});
