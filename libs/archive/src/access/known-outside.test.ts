import { expect, test } from 'vitest';
import type { StudyFacts } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import { isKnownOutside } from './known-outside.js';

const study = (changes: Partial<StudyFacts> = {}): StudyFacts => ({
  claim: 'claim',
  hospital: 'HOSP-A',
  group: '',
  jurisdiction: '',
  person: 'person',
  confidentiality: 'N',
  tags: [],
  state: 'active',
  ...changes,
});

test('a normal or restricted study of a known patient is known outside', () => {
  expect(isKnownOutside(study(), false)).toBe(true);
  expect(isKnownOutside(study({ group: 'GROUP', confidentiality: 'R' }), false)).toBe(true);
  expect(isKnownOutside(study({ confidentiality: 'R' }), false)).toBe(true);
});
test('what the patient opposes, what is very restricted, and what names nobody is not', () => {
  expect(isKnownOutside(study(), true)).toBe(false);
  expect(isKnownOutside(study({ confidentiality: 'V' }), false)).toBe(false);
  expect(isKnownOutside(study({ person: '' }), false)).toBe(false);
});
test('what was rejected or disposed of is not', () => {
  for (const state of ['rejected-quality', 'rejected-safety', 'disposed'] as const)
    expect(isKnownOutside(study({ state }), false)).toBe(false);
});
test('the published table decides', () =>
  expect(isKnownOutside(study(), false, { ...accessPolicy, rules: [] })).toBe(false));
