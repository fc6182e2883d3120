import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, type Known } from './known-of-searcher.js';

const SPECIAL = ['none', 'few', 'many'] as const;
const some = (...all: string[]) => fc.subarray(all);
const known: fc.Arbitrary<Known> = fc.record({
  holders: some('HOSP-A/', 'HOSP-A/someone', '/someone'),
  kinds: some('encounter', 'order', 'task'),
  isGranted: fc.boolean(),
  isExcluded: fc.boolean(),
  brokeGlass: fc.boolean(),
  special: fc.constantFrom(...SPECIAL),
  hospitals: some('HOSP-B', 'HOSP-C'),
});

/** All that either knows of, told by counting, in the order of its fields. */
const together = (one: Known, other: Known) => ({
  holders: new Set([...one.holders, ...other.holders]).size,
  kinds: new Set([...one.kinds, ...other.kinds]).size,
  hospitals: new Set([...(one.hospitals ?? []), ...(other.hospitals ?? [])]).size,
  flags: [one.isGranted || other.isGranted, one.isExcluded || other.isExcluded],
  brokeGlass: one.brokeGlass || other.brokeGlass,
  special: Math.max(SPECIAL.indexOf(one.special), SPECIAL.indexOf(other.special)),
});

test('a plan for what was known covers what is known when that adds nothing to it', () => {
  fc.assert(
    fc.property(known, known, (guess, now) => {
      const addsNothing =
        JSON.stringify(together(guess, now)) === JSON.stringify(together(guess, guess));
      expect(covers(guess, now)).toBe(addsNothing);
    }),
    { numRuns: 2_000 },
  );
});

test('a plan for all hospitals covers each', () => {
  fc.assert(
    fc.property(known, (now) => {
      expect(covers({ ...now, hospitals: undefined }, now)).toBe(true);
    }),
  );
});
