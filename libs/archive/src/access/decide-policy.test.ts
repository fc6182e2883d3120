import { expect, test } from 'vitest';
import { accessPolicy } from './access-policy.js';
import { policy } from './decide-policy.js';

const next = { ...accessPolicy, version: 'next' };
const basedOn = accessPolicy.version;
const decided = (changes: object, from = basedOn) =>
  policy.decide({ basedOn: from, policy: { ...next, ...changes } }, policy.initial);

test('a table is published whole, with what it took the place of', () =>
  expect(decided({})).toEqual({
    ok: true,
    events: [{ type: 'AccessPolicyPublished', data: { basedOn, policy: next } }],
  }));
test('whoever read another version is told', () =>
  expect(decided({}, 'older')).toEqual({ ok: false, refusal: 'overtaken' }));
test('a version names one table for good', () =>
  expect(decided({ version: basedOn })).toEqual({ ok: false, refusal: 'version-used' }));
test.each([
  ['ids-repeated', { rules: [...next.rules, ...next.rules.slice(0, 1)] }],
  [
    'open-to-anyone',
    {
      rules: [
        ...next.rules,
        { id: 'x', effect: 'permit', why: '', roles: 'anyone', actions: 'any', places: ['own'] },
      ],
    },
  ],
  [
    'own-by-jurisdiction',
    {
      rules: next.rules.map((rule) =>
        rule.id === 'own-hospital' ? { ...rule, jurisdictions: { in: ['LU'] } } : rule,
      ),
    },
  ],
  ['locks-out', { rules: next.rules.filter(({ id }) => id !== 'policy-is-published') }],
])('a table with a fault is not published: %s', (refusal, changes) =>
  expect(decided(changes)).toEqual({ ok: false, refusal }),
);
test('the next is based on the last', () => {
  const versions = policy.evolve(policy.initial, {
    type: 'AccessPolicyPublished',
    data: { basedOn, policy: next },
  });
  const decision = policy.decide(
    { basedOn: 'next', policy: { ...next, version: 'later' } },
    versions,
  );
  expect(decision.ok).toBe(true);
});
