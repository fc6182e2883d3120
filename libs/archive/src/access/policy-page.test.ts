import { expect, test } from 'vitest';
import { pageWithTables } from '../../../../test/support/page-tables.js';
import { accessPolicy } from './access-policy.js';
import { decideAccess } from './decide-access.js';
import { examplesOf, policyTables } from './policy-page.testing.js';

const { page, made } = pageWithTables('docs/access-policy.md', policyTables());

/* With `WRITE_DOCS=1` the tables of the page are written anew. */
test('the page has the table that decides', () => {
  expect(page).toBe(made);
});

test.each(examplesOf(page))('$line', ({ subject, action, study, standing, answer, rule }) =>
  expect(decideAccess(subject, action, study, standing)).toMatchObject({
    outcome: answer,
    rule,
    version: accessPolicy.version,
  }),
);
test('there are examples', () => expect(examplesOf(page).length).toBeGreaterThan(30));
