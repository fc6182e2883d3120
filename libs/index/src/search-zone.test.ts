import { expect, test } from 'vitest';
import { addDays, inZone, minutesOf, ZONES } from './search-zone.js';

test('there are zones from 12 hours behind UTC to 14 ahead of it', () => {
  expect([ZONES[0], ZONES.at(-1), ZONES.length]).toEqual(['-1200', '+1400', 105]);
  expect(ZONES).toContain('+0000');
  expect(ZONES.map(minutesOf)).toEqual(ZONES.map((_, at) => -720 + at * 15));
});

test.each([
  ['20240101', '1015', '+0100', '+0000', '20240101', '0915'],
  ['20240101', '000000', '+0100', '-0500', '20231231', '18'],
  ['20240228', '235959.999999', '+0000', '+0530', '20240229', '052959.999999'],
  ['20231231', '22', '-1200', '+1400', '20240102', '00'],
  ['20240101', '101530.5', '+0000', '+0015', '20240101', '103030.5'],
  ['20240101', '1015', '+0100', '+0100', '20240101', '1015'],
])('%s %s at %s is at %s %s %s', (date, time, ...[from = '', to = '', ...expected]) =>
  expect(Object.values(inZone({ date, time }, from, to))).toEqual(expected),
);

test.each([
  ['20240228', 2, '20240301'],
  ['00010101', -2, '00001230'],
  ['99991231', 1, '99991231'],
])('%s and %i days is %s', (date, days, expected) => expect(addDays(date, days)).toBe(expected));
