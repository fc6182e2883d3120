import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { examplesOf, pageTables } from './duplicates-page.testing.js';
import { gradePrior } from './grade-prior.js';
import { MATCH_WINDOWS } from './match-windows.js';
import { MATCH_GRADES } from './match-words.js';

const PAGE = 'docs/duplicate-exams.md';
const page = readFileSync(PAGE, 'utf8');

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the page has the windows and the lattice that grade', () => {
  const made = Object.entries(pageTables()).reduce(withTable, page);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, made);
  else expect(page).toBe(made);
});

function withTable(text: string, [name, made]: readonly [string, string]): string {
  const [begin, end] = [`<!-- made of the code: ${name} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return `${text.slice(0, from + begin.length)}${made}\n${text.slice(to)}`;
}

test.each(examplesOf(page))('$line', ({ order, prior, grade, indicator, because }) => {
  const match = gradePrior(order, prior, MATCH_WINDOWS);
  expect(match).toMatchObject({ grade, indicator, version: 'built-in' });
  expect(match.reasons).toEqual(expect.arrayContaining([...because]));
});
test('every grade has an example', () => {
  const shown = new Set(examplesOf(page).map(({ grade }) => grade));
  expect(MATCH_GRADES.filter((grade) => !shown.has(grade))).toEqual([]);
});
