import { describe, expect, test } from 'vitest';
import { standingWith, studyWith, subjectWith } from './access.testing.js';
import type { AccessSubject, Standing, StudyFacts } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import { ACTIONS, type Action, OTHER_ACTIONS, ROLES, STUDY_ACTIONS } from './access-words.js';
import { decideAccess, decideAction } from './decide-access.js';

const B = { hospital: 'HOSP-B' };
const PATIENT = { roles: ['patient'], organisation: 'AGENCY', person: 'person-1' };
const PARENT = { ...PATIENT, person: 'person-2' };
const READS = ['search', 'read-metadata', 'retrieve'];
const ALL = [...READS, 'export'];

type Row = readonly [
  name: string,
  subject: Partial<AccessSubject>,
  study: Partial<StudyFacts>,
  standing: Partial<Standing>,
  /** What is permitted and by which row; what denies the rest. */
  permitted: readonly string[],
  rules: readonly string[],
];

const ROWS: readonly Row[] = [
  ['disposed', {}, { state: 'disposed' }, {}, [], ['disposed']],
  ['rejected for safety', {}, { state: 'rejected-safety' }, {}, [], ['rejected-for-safety']],
  [
    'rejected for safety, looked into',
    { roles: ['admin'], purpose: 'PATSFTY', mfa: true },
    { state: 'rejected-safety' },
    {},
    READS,
    ['safety-inquiry', 'rejected-for-safety'],
  ],
  ['rejected for quality, own', {}, { state: 'rejected-quality' }, {}, ALL, ['own-hospital']],
  [
    'rejected for quality, elsewhere',
    {},
    { ...B, state: 'rejected-quality' },
    { relationship: 'encounter' },
    [],
    ['rejected-for-quality'],
  ],
  ['excluded in the own hospital', {}, {}, { excluded: true }, [], ['excluded']],
  [
    'excluded in an emergency',
    { mfa: true },
    B,
    { excluded: true, breakGlass: true },
    [],
    ['excluded'],
  ],
  ['own hospital', { purpose: 'TREAT' }, {}, {}, ALL, ['own-hospital']],
  ['own hospital, no purpose', { roles: ['physician'] }, {}, {}, ALL, ['own-hospital']],
  ['own hospital, research', { purpose: 'HRESCH' }, {}, {}, [], ['default-deny']],
  ['own hospital, restricted', {}, { confidentiality: 'R' }, {}, ALL, ['own-hospital']],
  ['own hospital, very restricted', {}, { confidentiality: 'V' }, {}, [], ['default-deny']],
  [
    'own hospital, very restricted, named',
    {},
    { confidentiality: 'V' },
    { granted: 'V' },
    READS,
    ['own-hospital-very-restricted', 'default-deny'],
  ],
  ['own hospital against opposition', {}, {}, { opposed: true }, ALL, ['own-hospital']],
  ['other hospital', {}, B, {}, [], ['default-deny']],
  [
    'other hospital with encounter',
    {},
    B,
    { relationship: 'encounter' },
    READS,
    ['other-hospital-treats', 'default-deny'],
  ],
  [
    'other hospital with encounter, restricted',
    {},
    { ...B, confidentiality: 'R' },
    { relationship: 'encounter' },
    [],
    ['default-deny'],
  ],
  [
    'other hospital, restricted, granted',
    {},
    { ...B, confidentiality: 'R' },
    { granted: 'R' },
    READS,
    ['granted', 'default-deny'],
  ],
  [
    'other hospital, very restricted, granted',
    {},
    { ...B, confidentiality: 'V' },
    { relationship: 'encounter', granted: 'V' },
    [],
    ['default-deny'],
  ],
  [
    'group with referral, restricted',
    { group: 'G' },
    { ...B, group: 'G', confidentiality: 'R' },
    { relationship: 'referral' },
    READS,
    ['group-treats', 'default-deny'],
  ],
  ['group without relationship', { group: 'G' }, { ...B, group: 'G' }, {}, [], ['default-deny']],
  [
    'other hospital, self-declared',
    {},
    B,
    { relationship: 'declared' },
    READS,
    ['self-declared', 'default-deny'],
  ],
  [
    'emergency',
    { mfa: true, purpose: 'BTG' },
    { ...B, confidentiality: 'R' },
    { breakGlass: true, opposed: true },
    READS,
    ['break-glass', 'opposition'],
  ],
  ['emergency, one factor', {}, B, { breakGlass: true }, [], ['default-deny']],
  [
    'emergency, very restricted',
    { mfa: true },
    { ...B, confidentiality: 'V' },
    { breakGlass: true },
    [],
    ['default-deny'],
  ],
  [
    'opposition',
    {},
    B,
    { relationship: 'encounter', granted: 'R', opposed: true },
    [],
    ['opposition'],
  ],
  [
    'agency for a shared record',
    { roles: ['agency'], organisation: 'AGENCY', machine: true },
    {},
    {},
    ['search', 'read-metadata'],
    ['agency-record', 'default-deny'],
  ],
  [
    'agency against opposition',
    { roles: ['agency'], organisation: 'AGENCY' },
    {},
    { opposed: true },
    [],
    ['opposition'],
  ],
  [
    'agency for a radiologist',
    {
      roles: ['agency'],
      organisation: 'AGENCY',
      onBehalfOf: { actor: 'x', organisation: 'HOSP-A', roles: ['radiologist'] },
    },
    {},
    {},
    ALL,
    ['own-hospital'],
  ],
  [
    'acting for another without being the agency',
    { onBehalfOf: { actor: 'x', organisation: 'HOSP-A', roles: ['radiologist'] } },
    {},
    {},
    [],
    ['default-deny'],
  ],
  ['patient', PATIENT, { confidentiality: 'V' }, {}, ALL, ['patient-reads-own']],
  ['patient, of another', PATIENT, { person: 'person-3' }, {}, [], ['default-deny']],
  ['patient, of nobody known', PATIENT, { person: '' }, {}, [], ['default-deny']],
  [
    'parent',
    PARENT,
    { confidentiality: 'V' },
    { represents: true, age: 9 },
    ALL,
    ['representative-of-minor'],
  ],
  [
    'parent, what an adolescent keeps',
    PARENT,
    { tags: ['adolescent-confidential'] },
    { represents: true, age: 16 },
    [],
    ['hidden-from-representatives'],
  ],
  [
    'guardian of an adult',
    PARENT,
    { confidentiality: 'R' },
    { represents: true, age: 80 },
    ALL,
    ['representative-of-adult'],
  ],
  [
    'guardian of an adult, very restricted',
    PARENT,
    { confidentiality: 'V' },
    { represents: true, age: 80 },
    [],
    ['default-deny'],
  ],
  [
    'screening reader with a task',
    { roles: ['screening-reader'], organisation: 'SCREENING' },
    {},
    { relationship: 'task' },
    READS,
    ['screening-reader', 'default-deny'],
  ],
  [
    'screening reader without',
    { roles: ['screening-reader'], organisation: 'SCREENING' },
    {},
    {},
    [],
    ['default-deny'],
  ],
  [
    'teleradiologist with a task',
    { roles: ['teleradiologist'], organisation: 'TELE' },
    {},
    { relationship: 'task' },
    READS,
    ['teleradiologist', 'default-deny'],
  ],
  ['researcher', { roles: ['researcher'], purpose: 'HRESCH' }, {}, {}, [], ['default-deny']],
  ['support', { roles: ['support'], purpose: 'HSYSADMIN' }, {}, {}, [], ['default-deny']],
  ['admin', { roles: ['admin'], purpose: 'HSYSADMIN' }, {}, {}, [], ['default-deny']],
  [
    'records manager',
    { roles: ['records-manager'] },
    {},
    {},
    ['search'],
    ['records-manager-finds', 'default-deny'],
  ],
  ['crisis, people, own', { crisis: true }, {}, {}, ALL, ['own-hospital']],
  [
    'crisis, people, elsewhere',
    { crisis: true },
    B,
    { relationship: 'encounter' },
    [],
    ['crisis-elsewhere'],
  ],
  ['crisis, machine', { crisis: true, machine: true }, {}, {}, [], ['crisis-machine']],
  ['no known role', { roles: ['janitor'] }, {}, {}, [], ['default-deny']],
];

describe('a study', () => {
  test.each(ROWS)('%s', (...row) => {
    const [, subject, study, standing, permitted, rules] = row;
    const decisions = STUDY_ACTIONS.map((action) => ({
      action,
      ...decideAccess(subjectWith(subject), action, studyWith(study), standingWith(standing)),
    }));
    const permits = decisions.filter(({ outcome }) => outcome === 'permit');
    expect(permits.map(({ action }) => action)).toEqual(permitted);
    expect([...new Set(decisions.map(({ rule }) => rule))]).toEqual(rules);
    for (const { version } of decisions) expect(version).toBe(accessPolicy.version);
  });
});

test('every row about studies decides in one of the examples', () => {
  const decided = new Set(ROWS.flatMap((row) => row[5]));
  const ofStudies = accessPolicy.rules.filter(
    ({ actions }) => actions === 'any' || STUDY_ACTIONS.some((action) => actions.includes(action)),
  );
  expect(ofStudies.map(({ id }) => id).filter((id) => !decided.has(id))).toEqual([]);
});

describe('what is obliged', () => {
  const obligations = (standing: Partial<Standing>, subject: Partial<AccessSubject> = {}) =>
    decideAccess(subjectWith(subject), 'retrieve', studyWith(B), standingWith(standing))
      .obligations;
  test('an emergency is told and reviewed', () =>
    expect(obligations({ breakGlass: true }, { mfa: true })).toEqual([
      'log',
      'notify-patient',
      'notify-dpo',
      'review',
      'no-export',
    ]));
  test('the hospital learns who looks at a patient whom many would look at', () =>
    expect(obligations({ relationship: 'order', vip: true })).toContain('alert-owner'));
  test('professionals are asked about their own record', () =>
    expect(
      decideAccess(subjectWith({ person: 'person-1' }), 'retrieve', studyWith(), standingWith())
        .obligations,
    ).toContain('flag-for-sampling'));
  test('a denial obliges to nothing', () => expect(obligations({ vip: true })).toEqual([]));
});

describe('in its own hospital', () => {
  test.each<[string, readonly Action[]]>([
    ['modality', ['store', 'read-receipt', 'ask-commitment']],
    [
      'radiologist',
      [
        'search',
        'read-metadata',
        'retrieve',
        'export',
        'declare-relationship',
        'set-confidentiality',
        'read-identity',
        'read-dispositions',
        'approve-disposition',
      ],
    ],
    [
      'records-manager',
      [
        'search',
        'read-receipt',
        'ask-commitment',
        'feed-care',
        'keep-consent',
        'set-confidentiality',
        'read-identity',
        'keep-identity',
        'read-duplicate-objects',
        'read-dispositions',
        'propose-disposition',
        'approve-disposition',
        'read-retention',
        'keep-retention',
        'keep-holds',
      ],
    ],
    [
      'dpo',
      [
        'review-access',
        'keep-consent',
        'set-confidentiality',
        'read-audit',
        'read-notices',
        'flag-patient',
        'read-duplicate-objects',
        'read-dispositions',
        'approve-disposition',
        'read-retention',
        'keep-retention',
        'keep-holds',
      ],
    ],
    ['admin', ['search', 'read-metadata', 'retrieve', 'read-technical', 'change-hospital']],
    ['researcher', []],
  ])('%s may do %j at all', (role, permitted) => {
    const subject = subjectWith({
      roles: [role],
      purpose: role === 'admin' ? 'PATSFTY' : null,
      mfa: role === 'admin',
    });
    const may = ACTIONS.filter(
      (action) => decideAction(subject, action, 'HOSP-A').outcome === 'permit',
    );
    expect(may.toSorted()).toEqual([...permitted].toSorted());
  });
});

test('nobody but the agency does anything to another hospital that is not about a study', () => {
  for (const role of ROLES)
    for (const action of OTHER_ACTIONS.filter((other) => other !== 'read-technical'))
      expect([
        role,
        action,
        decideAction(subjectWith({ roles: [role], mfa: true }), action, 'HOSP-B').outcome,
      ]).toEqual([role, action, 'deny']);
});
test('the agency publishes the policy, and no hospital does', () => {
  const outcome = (organisation: string) =>
    decideAction(subjectWith({ roles: ['dpo'], organisation }), 'publish-policy', null).outcome;
  expect([outcome('AGENCY'), outcome('HOSP-A')]).toEqual(['permit', 'deny']);
});
test('in a crisis a machine may do nothing at all', () => {
  for (const role of ROLES)
    for (const action of ACTIONS)
      for (const hospital of ['HOSP-A', null])
        expect(
          decideAction(
            subjectWith({ roles: [role], machine: true, crisis: true }),
            action,
            hospital,
          ).outcome,
        ).toBe('deny');
});
test('in a crisis the way to the studies of their own hospital stays open to people', () => {
  for (const action of ['search', 'read-metadata', 'retrieve'] as const)
    expect(
      decideAction(subjectWith({ roles: ['radiologist'], crisis: true }), action, 'HOSP-A').outcome,
    ).toBe('permit');
});
test('a role that no row knows may do nothing', () => {
  for (const action of ACTIONS)
    for (const hospital of ['HOSP-A', null])
      expect(decideAction(subjectWith({ roles: ['janitor'] }), action, hospital).outcome).toBe(
        'deny',
      );
});
test('each row has an id of its own, and only rows that deny are for anyone', () => {
  const ids = accessPolicy.rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const open = accessPolicy.rules.filter(
    ({ effect, roles }) => effect === 'permit' && roles === 'anyone',
  );
  expect(open).toEqual([]);
});
