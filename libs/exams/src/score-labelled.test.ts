import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLabelled, scoreLabelled } from './score-labelled.js';
import { testTerms } from './terms.testing.js';

const labelled = parseLabelled(
  readFileSync('libs/exams/labelled/descriptions.tsv', 'utf8'),
  testTerms(),
);

test('real descriptions in four languages are labelled, a third of them set aside', () => {
  expect(labelled.length).toBeGreaterThanOrEqual(1_500);
  expect(new Set(labelled.map(({ language }) => language)).size).toBe(4);
  const aside = labelled.filter(({ part }) => part === 'set-aside').length;
  expect(aside / labelled.length).toBeGreaterThan(1 / 3);
});

test.each([
  ['development', 0.95, 0.96],
  ['set-aside', 0.84, 0.89],
])(
  'of those for %s no fewer are classified rightly than when the words were written',
  (part, whole, regions) => {
    const score = scoreLabelled(
      labelled.filter((one) => one.part === part),
      testTerms(),
    );
    expect(score.whole.right / score.whole.judged).toBeGreaterThan(whole);
    expect(score.regions.right / score.regions.judged).toBeGreaterThan(regions);
  },
);
