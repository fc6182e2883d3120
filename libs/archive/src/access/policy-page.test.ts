import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accessPolicy } from './access-policy.js';
import { decideAccess } from './decide-access.js';
import { examplesOf, policyTables } from './policy-page.testing.js';

const PAGE = 'docs/access-policy.md';
const page = readFileSync(PAGE, 'utf8');

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the page has the table that decides', () => {
  const made = Object.entries(policyTables()).reduce(withTable, page);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, made);
  else expect(page).toBe(made);
});

function withTable(text: string, [name, made]: readonly [string, string]): string {
  const [begin, end] = [`<!-- made of the code: ${name} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return `${text.slice(0, from + begin.length)}${made}\n${text.slice(to)}`;
}

test.each(examplesOf(page))('$line', ({ subject, action, study, standing, answer, rule }) =>
  expect(decideAccess(subject, action, study, standing)).toMatchObject({
    outcome: answer,
    rule,
    version: accessPolicy.version,
  }),
);
test('there are examples', () => expect(examplesOf(page).length).toBeGreaterThan(30));
