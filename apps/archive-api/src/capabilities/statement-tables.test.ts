import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statementTables } from './statement-tables.testing.js';

const PAGE = 'docs/conformance-statement.md';

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the conformance statement has the tables that the code makes', () => {
  const page = readFileSync(PAGE, 'utf8');
  const made = Object.entries(statementTables()).reduce(withTable, page);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, made);
  else expect(page).toBe(made);
});

function withTable(page: string, [name, text]: readonly [string, string]): string {
  const [begin, end] = [`<!-- made of the code: ${name} -->\n`, `\n<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return page.slice(0, from + begin.length) + text + page.slice(to);
}
