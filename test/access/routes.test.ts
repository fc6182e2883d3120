import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLES, STUDY_ACTIONS } from '#archive/access/access-words';
import { routeTable } from '../../apps/archive-api/src/capabilities/route-table.js';
import { ACCESS_CASES } from './access-cases.js';
import { type Filled, filledArchive, walkRoutes } from './routes-matrix.js';

let filled: Filled;
beforeAll(async () => {
  filled = await filledArchive();
});
afterAll(() => filled.archive.close());

test('what is demanded of a route tells its gate: nothing of a study is reached but through the one, or by a search', () => {
  for (const { id, method, path, demands, gate } of routeTable) {
    const isOfStudies = (STUDY_ACTIONS as readonly string[]).includes(demands);
    const expected = demands === 'search' ? 'search' : 'study';
    expect([id, gate]).toEqual([id, isOfStudies ? expected : gate]);
    if (method === 'GET' && path.includes('{study}')) expect([id, isOfStudies]).toEqual([id, true]);
  }
});

/* All roles in all cases are walked in long/. */
test.each(ACCESS_CASES)('every route gives what the decision says: $name', (one) =>
  walkRoutes(filled, one, one.roles?.[0] ?? 'radiologist'),
);
test.each(ROLES)('%s gets of every route what the decision says of an own study', async (role) => {
  const own = ACCESS_CASES[0];
  if (own !== undefined) await walkRoutes(filled, own, role);
});
