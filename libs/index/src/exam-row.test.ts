import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ExamRow, examRowsAfter } from './exam-row.js';
import type { HeaderJson } from './header-json.js';

const one = (vr: string, value: string) => ({ vr, Value: value === '' ? [] : [value] });
const items = (Value: readonly unknown[]) => ({ vr: 'SQ', Value });

const text = fc.constantFrom('CT Thorax', 'Abdomen', '', 'x'.repeat(500), 'Knie\0 links');
const header: fc.Arbitrary<HeaderJson> = fc.record({
  '00080020': fc.constantFrom('', '20260102', '20260103').map((date) => one('DA', date)),
  '00080060': fc.constantFrom('CT', 'SR', 'PT').map((modality) => one('CS', modality)),
  '00081030': text.map((value) => one('LO', value)),
  '0008103E': fc.integer({ max: 60 }).map((series) => one('LO', `series ${series}`)),
  '00180015': text.map((value) => one('CS', value)),
  '00081032': fc.constantFrom([], [null], ['text'], [{ '00080100': one('SH', 'S7') }]).map(items),
});
const after = (rows: readonly ExamRow[], headers: readonly HeaderJson[]): readonly ExamRow[] => {
  const changed = examRowsAfter(rows, [{ claim: 'c', hospital: 'HOSP-A', headers }]);
  return changed.length === 0 ? rows : changed;
};

/** Rows as jsonb gives them back: members of an object come by length, then by name. */
const asRead = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asRead);
  if (typeof value !== 'object' || value === null) return value;
  const byName = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(byName.map(([name, each]) => [name, asRead(each)]));
};
const readBack = (rows: readonly ExamRow[]) => asRead(rows) as readonly ExamRow[];

test('whatever the batches, the row is the same, and what says nothing new changes nothing', () => {
  fc.assert(
    fc.property(fc.array(header, { minLength: 1 }), fc.nat(), (headers, cut) => {
      const at = cut % headers.length;
      const whole = after([], headers);
      const begun = readBack(after([], headers.slice(0, at)));
      expect(after(begun, headers.slice(at))).toEqual(whole);
      expect(examRowsAfter(readBack(whole), [{ claim: 'c', hospital: 'HOSP-A', headers }])).toEqual(
        [],
      );
    }),
  );
});

test('a study of a thousand different series keeps a bounded number of words, none longer than 200 characters', () => {
  const headers = Array.from({ length: 1_000 }, (_, series) => ({
    '0008103E': one('LO', `${series} ${'x'.repeat(1_000)}`),
  }));
  const [row] = after([], headers);
  expect(row?.words.seriesDescriptions).toHaveLength(32);
  expect(Math.max(...(row?.words.seriesDescriptions ?? []).map(({ length }) => length))).toBe(200);
});
