import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startedRange } from './started-range.js';

test.each([
  [['2026'], { dates: { from: '20260101', to: '20261231' } }],
  [['eq2024-02'], { dates: { from: '20240201', to: '20240229' } }],
  [['2026-03-29'], { dates: { from: '20260329', to: '20260329' } }],
  [['ge2026-03-29'], { dates: { from: '20260329' } }],
  [['gt2026-12-31'], { dates: { from: '20270101' } }],
  [['lt2026-01-01'], { dates: { to: '20251231' } }],
  [['ge2026', 'le2026-01'], { dates: { from: '20260101', to: '20260131' } }],
  [['gt2026', 'lt2026'], 'nothing'],
  [['sa9999'], 'nothing'],
  [
    ['ge2026-01-01T00:30:00+01:00'],
    { dates: { from: '20251231' }, times: { from: '233000' }, zone: '+0000' },
  ],
  [
    ['2026-01-01T10:00Z'],
    {
      dates: { from: '20260101', to: '20260101' },
      times: { from: '100000', to: '100059.999999' },
      zone: '+0000',
    },
  ],
])('%j', (values, expected) => expect(startedRange(values)).toEqual(expected));

test.each(['', 'x', 'ne2026', '26', '2026-00', '2026-02-29', '2026-01-01T', '2026-01-01T24:00Z'])(
  '%j is no date',
  (value) => expect(startedRange([value])).toBeUndefined(),
);

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const precision = fc.constantFrom(4, 7, 10);
const holds: Readonly<Record<string, (date: string, value: string) => boolean>> = {
  eq: (date, value) => date.startsWith(value),
  ge: (date, value) => date >= value,
  gt: (date, value) => date > value && !date.startsWith(value),
  le: (date, value) => date < value || date.startsWith(value),
  lt: (date, value) => date < value,
};

test('a day is in the range of values when each of them holds of it', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(holds)), day, precision), {
        minLength: 1,
        maxLength: 3,
      }),
      day,
      (asked, date) => {
        const values = asked.map(
          ([prefix, value, length]) => [prefix, value.slice(0, length)] as const,
        );
        const range = startedRange(values.map((one) => one.join('')));
        const { from = '', to = '~' } =
          typeof range === 'object' ? range.dates : { from: '~', to: '' };
        const digits = date.replaceAll('-', '');
        const isIn = from <= digits && digits <= to;
        expect(isIn).toBe(values.every(([prefix, value]) => holds[prefix]!(date, value)));
      },
    ),
  ));
