import { afterAll, beforeAll, describe, test } from 'vitest';
import { ROLES } from '#archive/access/access-words';
import { ACCESS_CASES } from '../access-cases.js';
import { type Filled, filledArchive, walkRoutes } from '../routes-matrix.js';

let filled: Filled;
beforeAll(async () => {
  filled = await filledArchive();
});
afterAll(() => filled.archive.close());

describe.each(ACCESS_CASES)('$name', (one) => {
  test.each(one.roles ?? ROLES)('%s gets of every route what the decision says', (role) =>
    walkRoutes(filled, one, role),
  );
});
