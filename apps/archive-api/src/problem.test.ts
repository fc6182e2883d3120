import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as problems from './problem.js';

const all = Object.values(problems)
  .filter((value) => typeof value === 'function' && value !== problems.ProblemException)
  .map((make) => (make as (first: never) => problems.Problem)(1 as never));
const documented = new Map(
  [...readFileSync('docs/problems.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(
    ([, slug, status]) => [`urn:arkim:problem:${slug}`, Number(status)],
  ),
);

test('every problem is documented with its status, and no other', () =>
  expect(new Map(all.map(({ type, status }) => [type, status]))).toEqual(documented));
test('a 503 says when to come back', () => {
  for (const { status, retryAfter } of all) expect(retryAfter === undefined).toBe(status !== 503);
});
