import { expect, test } from 'vitest';
import {
  addDuration,
  ageOn,
  birthdayOf,
  earliestDay,
  isDay,
  latestDay,
  readDuration,
} from './calendar.js';

test.each([
  ['2000-02-29', 'P1Y', '2001-02-28'],
  ['2000-02-29', 'P20Y', '2020-02-29'],
  ['2001-02-28', 'P3Y', '2004-02-28'],
  ['2010-08-31', 'P6M', '2011-02-28'],
  ['2010-12-31', 'P1Y2M', '2012-02-29'],
  ['2010-12-31', 'P2W1D', '2011-01-15'],
  ['1999-12-31', 'P0D', '1999-12-31'],
  ['1900-01-31', 'P1M', '1900-02-28'],
])('%s and %s is %s', (day, text, expected) =>
  expect(addDuration(day, readDuration(text)!)).toBe(expected),
);

test.each([
  '',
  'P',
  'P1',
  '1Y',
  'PT1H',
  'P1.5Y',
  'P-1Y',
  'P201Y',
  'P1Y1H',
  'p1y',
  'P1D1Y',
  'P9999Y',
])('%j is no duration of a calendar', (text) => expect(readDuration(text)).toBeUndefined());

test.each([
  ['2004-02-29', 25, '2029-03-01'],
  ['2004-02-29', 28, '2032-02-29'],
  ['2000-12-31', 28, '2028-12-31'],
])('who was born on %s has birthday %i on %s', (birth, years, expected) =>
  expect(birthdayOf(birth, years)).toBe(expected),
);

test('who was born on 29 February is a year older on 1 March', () => {
  expect(ageOn('2004-02-29', '2022-02-28')).toBe(17);
  expect(ageOn('2004-02-29', '2022-03-01')).toBe(18);
  expect(ageOn('2004-02-29', '2024-02-28')).toBe(19);
  expect(ageOn('2004-02-29', '2024-02-29')).toBe(20);
});

test('of a date in part the first and the last day are known', () => {
  expect([earliestDay('2003'), latestDay('2003')]).toEqual(['2003-01-01', '2003-12-31']);
  expect([earliestDay('2004-02'), latestDay('2004-02')]).toEqual(['2004-02-01', '2004-02-29']);
  expect([earliestDay('2004-02-03'), latestDay('2004-02-03')]).toEqual([
    '2004-02-03',
    '2004-02-03',
  ]);
  for (const nothing of ['', '20', '2004-13', '2004-02-30', '1066', '3001'])
    expect([earliestDay(nothing), latestDay(nothing)]).toEqual(['', '']);
});

test.each(['2023-02-29', '1849-12-31', '3000-01-01', '20230101', '2023-1-1', '0001-01-01', ''])(
  '%j is no day',
  (text) => expect(isDay(text)).toBe(false),
);
