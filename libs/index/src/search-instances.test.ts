import { describe, expect, test } from 'vitest';
import type { HeaderJson } from './header-json.js';
import type { InstanceFact } from './instance-fact.js';
import { locateStatement } from './locate-instances.js';
import { opaqueIds } from './opaque-ids.js';
import { planOf, queryOf } from './search-plan.testing.js';

const fact: InstanceFact = {
  instance: '1.2.3',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntax: '1.2.840.10008.1.2.1',
  number: 7,
  rows: 512,
  columns: 512,
  bitsAllocated: 16,
  frames: null,
  sha256: '',
  bytes: 0,
  frameIndex: null,
};
const metadata: HeaderJson = {
  '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
  '00080012': { vr: 'DA', Value: ['20240105'] },
  '00081115': { vr: 'SQ', Value: [{ '0020000E': { vr: 'UI', Value: ['1.9'] } }, {}] },
  '0040A075': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Anna^^', Ideographic: '山田' }] },
  '00280030': { vr: 'DS', Value: [0.5, 0.25] },
  '00204000': { vr: 'LT' },
};

const search = (text: string) => planOf('instance', text).instances!;
const finds = (text: string) => search(text).test(fact, metadata);

describe('instances are chosen by what the index keeps', () => {
  test.each([
    ['SOPInstanceUID=1.2.3', true],
    ['SOPInstanceUID=1.2.4,1.2.3', true],
    ['SOPInstanceUID=1.2', false],
    ['SOPClassUID=1.2.840.10008.5.1.4.1.1.2&InstanceNumber=7', true],
    ['InstanceNumber=07', true],
    ['InstanceNumber=8', false],
    ['Rows=512&Columns=512&BitsAllocated=16', true],
    ['NumberOfFrames=1', false],
    ['NumberOfFrames=%22%22&emptyvaluematching=true', true],
    ['InstanceNumber=%22%22&emptyvaluematching=true', false],
    ['', true],
  ])('%s: %s', (text, expected) => {
    expect(search(text).needsMetadata).toBe(false);
    expect(finds(text)).toBe(expected);
  });
});

describe('or by their metadata', () => {
  test.each([
    ['ImageType=PRIMARY', true],
    ['ImageType=PRIM*', true],
    ['ImageType=SECONDARY', false],
    ['InstanceCreationDate=20240101-20240131', true],
    ['InstanceCreationDate=-20231231', false],
    ['ReferencedSeriesSequence.SeriesInstanceUID=1.9', true],
    ['ReferencedSeriesSequence.SeriesInstanceUID=1.8', false],
    ['VerifyingObserverName=muller^anna', true],
    ['VerifyingObserverName=MÜLL*', true],
    ['VerifyingObserverName=山*', true],
    ['VerifyingObserverName=anna*', false],
    ['PixelSpacing=0.25', true],
    ['ImageComments=%22%22&emptyvaluematching=true', true],
    ['ContentDate=20240101', false],
  ])('%s: %s', (text, expected) => {
    expect(search(text).needsMetadata).toBe(true);
    expect(finds(text)).toBe(expected);
  });

  test('without metadata nothing fits', () =>
    expect(search('ImageType=PRIMARY').test(fact)).toBe(false));
});

test('conditions inside one sequence hold for one item', () => {
  const items = [
    { '00100020': { vr: 'LO', Value: ['A'] }, '00100021': { vr: 'LO', Value: ['X'] } },
    { '00100020': { vr: 'LO', Value: ['B'] } },
  ];
  const header = { '0040A730': { vr: 'SQ', Value: items } };
  const fits = (text: string) => search(text).test(fact, header);
  expect(fits('0040A730.PatientID=A&0040A730.IssuerOfPatientID=X')).toBe(true);
  expect(fits('0040A730.PatientID=B&0040A730.IssuerOfPatientID=X')).toBe(false);
  const empty = '%22%22&emptyvaluematching=true';
  expect(fits(`0040A730.PatientID=B&0040A730.IssuerOfPatientID=${empty}`)).toBe(true);
  expect(fits(`0040A730.PatientID=A&0040A730.IssuerOfPatientID=${empty}`)).toBe(false);
  expect(search(`0040A730.PatientID=${empty}`).test(fact, {})).toBe(true);
});

test('names in the metadata are matched by sound when that is asked for', () => {
  expect(finds('VerifyingObserverName=Mueller&fuzzymatching=true')).toBe(true);
  expect(finds('VerifyingObserverName=Moeller&fuzzymatching=true')).toBe(false);
});

test('several values must all be there (PS3.4 §C.2.2.2.8)', () => {
  const all = (list: string) => finds(`ImageType=${list}&multiplevaluematching=true`);
  expect(all('AXIAL%5CORIGINAL')).toBe(true);
  expect(all('AXIAL%5CSECONDARY')).toBe(false);
});

test('SOP Instance UIDs are looked up where they are reserved', () => {
  const ids = opaqueIds(Buffer.alloc(32, 1));
  expect(locateStatement(queryOf('SOPInstanceUID=1.2,1.3'), ids, 'HOSP-A')?.values).toEqual([
    [ids.instance('HOSP-A', '1.2'), ids.instance('HOSP-A', '1.3')],
  ]);
  expect(
    locateStatement(queryOf('InstanceNumber=1&SOPInstanceUID='), ids, 'HOSP-A'),
  ).toBeUndefined();
});
