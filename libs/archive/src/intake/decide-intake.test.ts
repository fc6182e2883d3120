import { expect, test } from 'vitest';
import { type Arrival, decideIntake, type Held } from './decide-intake.js';

const identity = {
  study: '1.2',
  series: '1.2.1',
  instance: '1.2.1.1',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntax: '1.2.840.10008.1.2.1',
};
const arrival = (change: Partial<Arrival> = {}): Arrival => ({
  identity,
  claim: 'c1',
  series: 's1',
  sha256: 'aa',
  pathStudy: undefined,
  ...change,
});
const held = (change: Partial<Held> = {}): Held => ({
  claim: 'c1',
  series: 's1',
  sha256: 'aa',
  ...change,
});

test.each([
  ['an unknown instance is stored', arrival(), undefined, { outcome: 'store' }],
  ['the same bytes again are no news', arrival(), held(), { outcome: 'same' }],
  [
    'other bytes are compared by data set before anything is decided',
    arrival({ sha256: 'bb' }),
    held(),
    { outcome: 'compare' },
  ],
  [
    'an equal data set with another file meta group is no news',
    arrival({ sha256: 'bb' }),
    held({ sameDataSet: true }),
    { outcome: 'same' },
  ],
  [
    'another data set under a known UID is kept aside',
    arrival({ sha256: 'bb' }),
    held({ sameDataSet: false }),
    { outcome: 'quarantine', why: 'conflict' },
  ],
  [
    'a UID of another study of the hospital is kept aside, even with equal bytes',
    arrival({ claim: 'c2' }),
    held(),
    { outcome: 'quarantine', why: 'conflict' },
  ],
  [
    'an instance without a Study Instance UID is kept aside',
    arrival({ identity: { ...identity, study: '' } }),
    undefined,
    { outcome: 'quarantine', why: 'no-uid' },
  ],
  [
    'letters in a UID are refused',
    arrival({ identity: { ...identity, series: '1.2.x' } }),
    undefined,
    { outcome: 'refuse', why: 'bad-uid' },
  ],
  [
    'a transfer syntax that is no UID is refused: no answer could name it',
    arrival({ identity: { ...identity, transferSyntax: '1.2\u0001' } }),
    undefined,
    { outcome: 'refuse', why: 'bad-uid' },
  ],
  [
    'a leading zero in a UID component is kept',
    arrival({ identity: { ...identity, series: '1.02.3' } }),
    undefined,
    { outcome: 'store' },
  ],
  [
    'another study than the one in the path is refused',
    arrival({ pathStudy: '1.3' }),
    undefined,
    { outcome: 'refuse', why: 'other-study' },
  ],
] as const)('%s', (_, given, known, expected) =>
  expect(decideIntake(given, known)).toEqual(expected),
);
