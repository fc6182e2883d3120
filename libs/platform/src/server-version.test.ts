import { expect, test } from 'vitest';
import { remarkOnVersion } from './server-version.js';

test.each([150_000, 150_018, 180_004])('the version %i is one of those tested', (number) =>
  expect(remarkOnVersion(number)).toBeUndefined(),
);
test.each([90_624, 140_023])('the version %i is refused in one line', (number) =>
  expect(() => remarkOnVersion(number)).toThrow(
    /^PostgreSQL (9|14) is too old: the archive needs version 15 to 18$/,
  ),
);
test('a newer one is remarked on', () =>
  expect(remarkOnVersion(190_000)).toBe(
    'PostgreSQL 19 is newer than those that this version of the archive was tested on (15 to 18)',
  ));
