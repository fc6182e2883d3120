import { expect, test } from 'vitest';
import { momentOf } from './dicom-moment.js';

test.each([
  ['20260329', '101112.5', '+0200', '2026-03-29T10:11:12+02:00', undefined],
  ['20260329', '1011', '-0330', '2026-03-29T10:11:00-03:30', undefined],
  ['20260329', '101112', '', '2026-03-29', '10:11:12'],
  ['2026.03.29', '10:11:12', '', '2026-03-29', '10:11:12'],
  ['20260329', '', '+0200', '2026-03-29', undefined],
  ['20260329', '10', '', '2026-03-29', undefined],
  ['20260329', '246112', '', '2026-03-29', undefined],
  ['20260329', '101112', '+9900', '2026-03-29', '10:11:12'],
] as const)('%s %s %s', (...[date, time, zone, dateTime, localTime]) =>
  expect(momentOf(date, time, zone)).toEqual({ dateTime, localTime }),
);
test.each(['', '2026', '20260229', '20261301', '00000101', 'x'])('%j is no date', (date) =>
  expect(momentOf(date, '101112', '')).toBeUndefined(),
);
