import { expect, test } from 'vitest';
import { compareMatches } from './compare-matches.js';
import { orderOf, priorOf } from './exams.testing.js';
import { gradePrior } from './grade-prior.js';
import { MATCH_WINDOWS } from './match-windows.js';

test('a warning comes first, then what answers best, then what is nearest', () => {
  const order = orderOf('CT abdomen without-contrast');
  const matches = [
    priorOf('MR abdomen without-contrast', 1),
    priorOf('CT abdomen without-contrast', 60),
    priorOf('CT abdomen pelvis without-contrast', 2),
    priorOf('CT abdomen without-contrast', 20),
    priorOf('CT abdomen without-contrast', 10),
  ].map((prior) => gradePrior(order, prior, MATCH_WINDOWS));
  const sorted = matches.toSorted(compareMatches);
  expect(sorted.map(({ grade, indicator, days }) => `${indicator} ${grade} ${days}`)).toEqual([
    ...['warning SAME 10', 'warning SAME 20', 'warning COVERS 2', 'info SAME 60'],
    'info RELATED 1',
  ]);
});
