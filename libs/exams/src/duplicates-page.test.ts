import { expect, test } from 'vitest';
import { pageWithTables } from '../../../test/support/page-tables.js';
import { examplesOf, pageTables } from './duplicates-page.testing.js';
import { gradePrior } from './grade-prior.js';
import { MATCH_WINDOWS } from './match-windows.js';
import { MATCH_GRADES } from './match-words.js';

const { page, made } = pageWithTables('docs/duplicate-exams.md', pageTables());

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the page has the windows and the lattice that grade', () => {
  expect(page).toBe(made);
});

test.each(examplesOf(page))('$line', ({ order, prior, grade, indicator, because }) => {
  const match = gradePrior(order, prior, MATCH_WINDOWS);
  expect(match).toMatchObject({ grade, indicator, version: 'built-in' });
  expect(match.reasons).toEqual(expect.arrayContaining([...because]));
});
test('every grade has an example', () => {
  const shown = new Set(examplesOf(page).map(({ grade }) => grade));
  expect(MATCH_GRADES.filter((grade) => !shown.has(grade))).toEqual([]);
});
