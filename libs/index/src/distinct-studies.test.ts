import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctStudies } from './distinct-studies.js';

test('of equals the first is kept, of a part and its whole the whole', () => {
  const studies = ['c', 'b', 'a', 'part', 'alone'].map((claim) => ({
    claim,
    instances: claim === 'part' ? 2 : 5,
  }));
  const shared = [
    { claim: 'a', other: 'b', instances: 5 },
    { claim: 'b', other: 'c', instances: 4 },
    { claim: 'b', other: 'part', instances: 2 },
    { claim: 'a', other: 'part', instances: 2 },
  ];
  expect(distinctStudies(studies, shared)).toEqual({
    kept: ['c', 'a', 'alone'],
    copies: [
      { claim: 'b', of: 'a' },
      { claim: 'part', of: 'a' },
    ],
  });
});

test('studies without pictures are kept, and a study that has its own twice is no copy', () => {
  const studies = [
    { claim: 'report', instances: 0 },
    { claim: 'twice', instances: 4 },
  ];
  const shared = [{ claim: 'twice', other: 'twice', instances: 2 }];
  expect(distinctStudies(studies, shared).kept).toEqual(['report', 'twice']);
});

test('no picture is lost, none of a copy is new, and the order of the question does not matter', () => {
  const pictures = fc.uniqueArray(fc.nat(6), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(pictures, { maxLength: 8 }), (sets) => {
      const all = sets.map((set, index) => ({ claim: `s${index}`, set }));
      const studies = all.map(({ claim, set }) => ({ claim, instances: set.length }));
      const shared = all.flatMap((one, index) =>
        all.slice(index + 1).flatMap((other) => {
          const instances = one.set.filter((each) => other.set.includes(each)).length;
          return instances === 0 ? [] : [{ claim: one.claim, other: other.claim, instances }];
        }),
      );
      const found = distinctStudies(studies, shared);
      const setOf = (claim: string) => all.find((one) => one.claim === claim)?.set ?? [];
      expect(new Set(found.kept.flatMap(setOf))).toEqual(new Set(sets.flat()));
      for (const { claim, of } of found.copies) {
        expect(found.kept).toContain(of);
        expect(setOf(of)).toEqual(expect.arrayContaining([...setOf(claim)]));
      }
      const again = distinctStudies(studies.toReversed(), shared.toReversed());
      expect(new Set(again.kept)).toEqual(new Set(found.kept));
    }),
  );
});
