import { expect, test } from 'vitest';
import { given } from '#events/decider.testing';
import type {
  ConfidentialityMark,
  ConfidentialitySet,
  ConfidentialityVoice,
} from '../care-events.js';
import { confidentiality } from './decide-confidentiality.js';

const mark = (level: ConfidentialityMark['level'], ...tags: string[]) => ({ level, tags });
const command = (voice: ConfidentialityVoice, word: ConfidentialityMark) => ({
  hospital: 'HOSP-A',
  claim: 'c1',
  voice,
  mark: word,
});
const set = (
  voice: ConfidentialityVoice,
  word: ConfidentialityMark,
  effective: ConfidentialityMark,
): ConfidentialitySet => ({
  type: 'ConfidentialitySet',
  data: { hospital: 'HOSP-A', claim: 'c1', voice },
  personal: { mark: word, effective },
});

test('the stricter of two voices holds, with the tags of both', () => {
  const byPatient = set('patient', mark('V', 'private'), mark('V', 'private'));
  given(confidentiality, [byPatient])
    .when(command('custodian', mark('R', 'adolescent')))
    .appends(set('custodian', mark('R', 'adolescent'), mark('V', 'adolescent', 'private')));
});
test('a voice takes back its own word only', () => {
  const past = [
    set('patient', mark('R'), mark('R')),
    set('custodian', mark('V', 'x'), mark('V', 'x')),
  ];
  given(confidentiality, past)
    .when(command('custodian', mark('N')))
    .appends(set('custodian', mark('N'), mark('R')));
});
test('the same word again is no new fact', () => {
  given(confidentiality, [])
    .when(command('patient', mark('N')))
    .appends();
  given(confidentiality, [set('patient', mark('R', 'a'), mark('R', 'a'))])
    .when(command('patient', mark('R', 'a')))
    .appends();
});
test('what was said under a key that is destroyed counts no more', () => {
  const { personal: _gone, ...bare } = set('patient', mark('V'), mark('V'));
  expect(confidentiality.evolve(confidentiality.initial, bare)).toEqual(confidentiality.initial);
});
