import { expect, test } from 'vitest';
import { jurisdictionDay } from './jurisdiction-day.js';

const at = Date.parse('2026-11-22T23:30:00Z');

test.each([
  ['LU', '2026-11-23'],
  ['GB', '2026-11-22'],
  ['GB-ENG', '2026-11-22'],
  ['EE', '2026-11-23'],
  ['', '2026-11-23'],
  ['__proto__', '2026-11-23'],
])('at half past eleven at night in Greenwich it is in %j %s', (jurisdiction, day) =>
  expect(jurisdictionDay(jurisdiction, at)).toBe(day),
);
test('what is no moment has no day', () => expect(jurisdictionDay('LU', Number.NaN)).toBe(''));
