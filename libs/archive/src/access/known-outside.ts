import type { AccessSubject, Standing, StudyFacts } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import type { AccessPolicy } from './access-table.js';
import { AGENCY } from './agency.js';
import { decideAccess } from './decide-access.js';
import { NO_STANDING } from './no-standing.js';

const NOBODY: AccessSubject = {
  actor: '',
  organisation: '',
  group: '',
  roles: [],
  purpose: null,
  mfa: false,
  machine: false,
  person: null,
  onBehalfOf: null,
  crisis: false,
};

/** Who could be let in outside at best, without an emergency: the agency for the shared record, and whoever treats the patient, in the group or elsewhere, by the patient's own leave. */
const outsiders = (group: string): readonly AccessSubject[] => [
  { ...NOBODY, organisation: AGENCY, roles: ['agency'], machine: true },
  { ...NOBODY, group, roles: ['physician'] },
  { ...NOBODY, roles: ['physician'] },
];

/**
 * Whether anybody but the patient may know of a study outside the hospital that holds it, by the same table as every access: only then it has a
 * manifest. Who may see which is decided for each one who asks.
 */
export function isKnownOutside(
  study: StudyFacts,
  opposed: boolean,
  policy: AccessPolicy = accessPolicy,
): boolean {
  if (study.person === '') return false;
  const standing: Standing = { ...NO_STANDING, opposed, relationship: 'encounter', granted: 'V' };
  return outsiders(study.group).some(
    (subject) =>
      decideAccess(subject, 'read-metadata', study, standing, policy).outcome === 'permit',
  );
}
