import { expect, test } from 'vitest';
import type { ExamClass } from '#exams/exam-class';
import { TEST_TERMS } from '../../../../test/support/terms.js';
import { EN } from './card-words-en.js';
import { doseOf } from './dose.js';
import { doseIn, type RecordedDose } from './recorded-dose.js';

const { regions } = TEST_TERMS;
const exam = (group: ExamClass['group'], ...codes: readonly string[]): ExamClass => ({
  ...{ group, regions: codes, coarse: [], laterality: 'none', contrast: 'none' },
  ...{ purposes: [], evidence: 'procedure-code', confidence: 1 },
});

test.each<[string, ExamClass, string | undefined, number | null | undefined]>([
  ['the chest', exam('CT', 'chest'), 'typical ≈ 7 mSv', 7_000],
  ['a part of it', exam('CT', 'pulmonary-arteries'), 'typical ≈ 7 mSv', 7_000],
  ['chest and abdomen', exam('CT', 'abdomen', 'chest'), 'typical ≈ 10 to 20 mSv', 15_000],
  ['a head', exam('CT', 'head'), 'typical ≈ 2 mSv', 2_000],
  ['head and chest: nobody knows', exam('CT', 'chest', 'head'), undefined, undefined],
  ['a knee: nobody knows', exam('CT', 'knee'), undefined, undefined],
  ['a projection of the chest', exam('DX', 'chest'), 'typical ≈ 0.02 mSv', 20],
  ['a projection of ribs is another', exam('DX', 'ribs'), undefined, undefined],
  ['no rays', exam('MR', 'head'), undefined, undefined],
  ['sound', exam('US', 'abdomen'), undefined, undefined],
])('what is typical: %s', (_, of, text, microsieverts) => {
  const dose = doseOf(of, undefined, { regions, words: EN });
  expect([dose?.text, dose?.microsieverts]).toEqual([text, microsieverts]);
});

test.each<[RecordedDose, ExamClass, string, number | null]>([
  [
    { quantity: 'dlp', value: 350 },
    exam('CT', 'chest'),
    '≈ 4.9 mSv (dose length product 350 mGy·cm)',
    4_900,
  ],
  [{ quantity: 'dlp', value: 350 }, exam('CT', 'knee'), 'dose length product 350 mGy·cm', null],
  [
    { quantity: 'dlp', value: 350 },
    exam('CT', 'chest', 'head'),
    'dose length product 350 mGy·cm',
    null,
  ],
  [{ quantity: 'dap', value: 0.00002 }, exam('DX', 'chest'), 'dose area product 200 mGy·cm²', null],
  [
    { quantity: 'glandular', value: 1.42 },
    exam('MG', 'breast'),
    'average glandular dose 1.4 mGy',
    null,
  ],
])('what a report says goes before it: %o', (recorded, of, text, microsieverts) =>
  expect(doseOf(of, recorded, { regions, words: EN })).toEqual({ text, microsieverts }),
);

const code = (value: string, scheme = 'DCM') => ({
  '00080100': { vr: 'SH', Value: [value] },
  '00080102': { vr: 'SH', Value: [scheme] },
});
const total = (unit: string, value: unknown, concept = '113813') => ({
  '0040A043': { vr: 'SQ', Value: [code(concept)] },
  '0040A300': {
    vr: 'SQ',
    Value: [
      {
        '004008EA': { vr: 'SQ', Value: [code(unit, 'UCUM')] },
        '0040A30A': { vr: 'DS', Value: [value as string] },
      },
    ],
  },
});
const report = (...items: readonly object[]) =>
  ({ '0040A730': { vr: 'SQ', Value: items } }) as unknown as Parameters<typeof doseIn>[0];

test('a total stands anywhere in a report', () =>
  expect(doseIn(report({}, report(report(total('mGy.cm', '12.5')))))).toEqual({
    quantity: 'dlp',
    value: 12.5,
  }));
test.each([
  ['in another unit', report(total('mGy', '12.5'))],
  ['that is no number', report(total('mGy.cm', 'much'))],
  ['of nothing', report(total('mGy.cm', 0))],
  ['of another concept', report(total('mGy.cm', 12, '113830'))],
  ['named like a member of objects', report(total('mGy.cm', 12, 'constructor'))],
  ['in no report', {}],
])('a total %s is none', (_, dataSet) => expect(doseIn(dataSet)).toBeUndefined());
test('a report without end is read for a while', () => {
  const wide = report(...Array.from({ length: 6_000 }, () => ({})), total('mGy.cm', '12.5'));
  expect(doseIn(wide)).toBeUndefined();
});
