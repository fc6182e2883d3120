import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, accessPolicy, type Role } from './access-policy.js';
import { decideAccess, reachOf } from './decide-access.js';

const roles: readonly Role[] = [
  'modality',
  'radiologist',
  'physician',
  'agency',
  'patient',
  'records-manager',
  'dpo',
  'admin',
];
const actions: readonly Action[] = [
  'store',
  'read-receipt',
  'ask-commitment',
  'search',
  'retrieve',
  'read-metrics',
];

const outcome = (role: string, action: Action, hospital: string | null = 'HOSP-A') =>
  decideAccess({ hospital: 'HOSP-A', roles: [role] }, action, { hospital }).outcome;

describe('in its own hospital', () => {
  test.each<[Role, readonly Action[]]>([
    ['modality', ['store', 'read-receipt', 'ask-commitment']],
    ['radiologist', ['search', 'retrieve']],
    ['physician', ['search', 'retrieve']],
    ['records-manager', ['read-receipt', 'search', 'ask-commitment']],
    ['agency', []],
    ['patient', []],
    ['dpo', []],
    ['admin', []],
  ])('%s may do %j and nothing else', (role, permitted) => {
    expect(actions.filter((action) => outcome(role, action) === 'permit').sort()).toEqual(
      [...permitted].sort(),
    );
  });
});

test.each(roles)('%s reaches nothing of another hospital', (role) => {
  for (const action of actions) expect(outcome(role, action, 'HOSP-B')).toBe('deny');
});
test('every known role sees the metrics of the archive', () => {
  for (const role of roles) expect(outcome(role, 'read-metrics', null)).toBe('permit');
});
test('a role that no rule knows may do nothing', () => {
  for (const action of actions) {
    expect(outcome('janitor', action)).toBe('deny');
    expect(outcome('janitor', action, null)).toBe('deny');
  }
});
test('the decision names its rule and the version of the table', () =>
  expect(
    decideAccess({ hospital: 'HOSP-A', roles: ['physician'] }, 'search', { hospital: 'HOSP-A' }),
  ).toEqual({ outcome: 'permit', rule: 'clinician-reads', version: accessPolicy.version }));
test('a denial names no rule', () =>
  expect(
    decideAccess({ hospital: 'HOSP-A', roles: [] }, 'search', { hospital: 'HOSP-A' }).rule,
  ).toBe('default-deny'));

test('search reaches exactly the hospitals that the decision permits, whatever the table', () => {
  const hospital = fc.constantFrom('HOSP-A', 'HOSP-B', 'AGENCY');
  const rule = fc.record({
    id: fc.string(),
    roles: fc.subarray([...roles]),
    actions: fc.subarray([...actions]),
    reach: fc.constantFrom('own-hospital' as const, 'archive' as const),
  });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 5 }),
      fc.record({ hospital, roles: fc.subarray([...roles]) }),
      fc.constantFrom(...actions),
      (rules, subject, action) => {
        const policy = { version: 'drawn', rules };
        const reach = reachOf(subject, action, policy);
        for (const custodian of ['HOSP-A', 'HOSP-B', 'AGENCY'])
          expect(reach.includes(custodian)).toBe(
            decideAccess(subject, action, { hospital: custodian }, policy).outcome === 'permit',
          );
      },
    ),
  );
});
