import type { AccessSubject, Standing, StudyFacts } from './access-facts.js';
import { NO_STANDING } from './no-standing.js';

/** A radiologist of HOSP-A, but for what is said otherwise. */
export const subjectWith = (other: Partial<AccessSubject> = {}): AccessSubject => ({
  actor: 'actor-a',
  organisation: 'HOSP-A',
  group: '',
  roles: ['radiologist'],
  purpose: null,
  mfa: false,
  machine: false,
  person: null,
  onBehalfOf: null,
  crisis: false,
  ...other,
});

/** An ordinary study of HOSP-A, but for what is said otherwise. */
export const studyWith = (other: Partial<StudyFacts> = {}): StudyFacts => ({
  claim: 'claim-1',
  hospital: 'HOSP-A',
  group: '',
  jurisdiction: '',
  person: 'person-1',
  confidentiality: 'N',
  tags: [],
  state: 'active',
  ...other,
});

export const standingWith = (other: Partial<Standing> = {}): Standing => ({
  ...NO_STANDING,
  ...other,
});
