import { expect, test } from 'vitest';
import { pageWithTables } from '../../../../test/support/page-tables.js';
import { statementTables } from './statement-tables.testing.js';

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the conformance statement has the tables that the code makes', () => {
  const { page, made } = pageWithTables('docs/conformance-statement.md', statementTables());
  expect(page).toBe(made);
});
