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
