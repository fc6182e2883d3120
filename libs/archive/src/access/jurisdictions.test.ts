import { expect, test } from 'vitest';
import { standingWith, studyWith, subjectWith } from './access.testing.js';
import { accessPolicy } from './access-policy.js';
import type { Jurisdictions } from './access-table.js';
import { decideAccess, decideAction } from './decide-access.js';
import { holdsUnder } from './jurisdictions.js';

test.each<[string, Jurisdictions, readonly string[], readonly string[]]>([
  ['some', { in: ['FR', 'DE-BY'] }, ['FR', 'FR-GES', 'DE-BY'], ['', 'LU', 'DE', 'DE-BE', 'FRA']],
  ['all but some', { notIn: ['FR'] }, ['', 'LU', 'FRA'], ['FR', 'FR-GES']],
])('a row for %s holds there and nowhere else', (_, jurisdictions, where, elsewhere) => {
  for (const one of where) expect([one, holdsUnder(jurisdictions, one)]).toEqual([one, true]);
  for (const one of elsewhere) expect([one, holdsUnder(jurisdictions, one)]).toEqual([one, false]);
});

test('the law of the custodian counts, not that of who asks', () => {
  const doctor = subjectWith({ organisation: 'HOSP-B' });
  const declared = standingWith({ relationship: 'declared' });
  const outcome = (jurisdiction: string) =>
    decideAccess(doctor, 'retrieve', studyWith({ jurisdiction }), declared).outcome;
  expect(['', 'LU', 'FR', 'FR-GES'].map(outcome)).toEqual(['permit', 'permit', 'deny', 'deny']);
});

test('a denial under one law keeps nobody from asking', () => {
  const closed = {
    id: 'closed',
    effect: 'deny',
    why: '',
    roles: 'anyone',
    actions: 'any',
    places: ['own', 'group', 'nation'],
  } as const;
  const outcome = (rule: object) =>
    decideAction(subjectWith(), 'search', null, {
      ...accessPolicy,
      rules: [{ ...closed, ...rule }, ...accessPolicy.rules],
    }).outcome;
  expect(outcome({})).toBe('deny');
  expect(outcome({ jurisdictions: { in: ['FR'] } })).toBe('permit');
});
