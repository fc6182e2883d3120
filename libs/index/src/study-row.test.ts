import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeaderJson } from './header-json.js';
import { evolveSeriesRow, seriesColumns } from './series-row.js';
import { evolveStudyRow, type StoredBatch, studyColumns } from './study-row.js';

const header = (name: string, modality = 'CT'): HeaderJson => ({
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00080060': { vr: 'CS', Value: [modality] },
  '00100010': name === '' ? { vr: 'PN' } : { vr: 'PN', Value: [{ Alphabetic: name }] },
  '0020000D': { vr: 'UI', Value: ['1.2'] },
  '0020000E': { vr: 'UI', Value: ['1.2.3'] },
  '00200011': { vr: 'IS', Value: [4] },
});
const batch = (headers: readonly HeaderJson[], version = 1, newSeries = true): StoredBatch => ({
  claim: 'c',
  hospital: 'HOSP-A',
  series: 's',
  version,
  newSeries,
  bytes: 10 * headers.length,
  headers,
});

test('the first value stays, and what it lacked is filled in by a later instance', () => {
  const row = evolveStudyRow(undefined, batch([header(''), header('Müller^Eva'), header('X')]));
  expect(studyColumns(row)).toMatchObject({
    patient_name: 'Müller^Eva',
    patient_name_folded: 'muller^eva',
  });
});

test('a row is ready DICOM JSON with counts, modalities and required attributes, present or empty', () => {
  const row = evolveStudyRow(undefined, batch([header('A'), header('A', 'SR')]));
  expect(JSON.parse(studyColumns(row).json)).toMatchObject({
    '00080050': { vr: 'SH' },
    '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
    '00201206': { vr: 'IS', Value: [1] },
    '00201208': { vr: 'IS', Value: [2] },
  });
});

test('a series row has its number, modality and count', () => {
  const row = evolveSeriesRow(undefined, batch([header('A'), header('A')]));
  expect(seriesColumns(row)).toMatchObject({ number: 4, modality: 'CT', instance_count: 2 });
});

test('rows are the same whatever batches the same instances come in', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('', 'A', 'B'), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 8 }),
      (names, size) => {
        const headers = names.map((name) => header(name));
        const cut = [];
        for (let at = 0; at < headers.length; at += size) cut.push(headers.slice(at, at + size));
        const pieces = cut.reduce(
          (row: ReturnType<typeof evolveStudyRow> | undefined, part, index) =>
            evolveStudyRow(row, batch(part, 1, index === 0)),
          undefined,
        );
        expect(pieces).toEqual(evolveStudyRow(undefined, batch(headers)));
      },
    ),
  ));

test.each([
  ['a NUL', 'A\0B', 'AB'],
  ['half a surrogate pair', 'A\ud800B', 'A\ufffdB'],
  ['more than an index takes', 'x'.repeat(30_000), 'x'.repeat(512)],
])('a column takes no %s', (_, name, column) =>
  expect(studyColumns(evolveStudyRow(undefined, batch([header(name)]))).patient_name).toBe(column),
);

test('a series number that no column holds is none', () => {
  const huge = { ...header('A'), '00200011': { vr: 'IS', Value: [1e10] } };
  expect(seriesColumns(evolveSeriesRow(undefined, batch([huge]))).number).toBeNull();
});
