import { describe, expect, test } from 'vitest';
import type { HeaderJson } from './header-json.js';
import type { InstanceFact } from './instance-fact.js';
import { locateStatement, namesInstances } from './locate-instances.js';
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
  const query = queryOf('SOPInstanceUID=1.2,1.3');
  expect(namesInstances(query)).toBe(true);
  expect(locateStatement(query, ids, ['HOSP-A']).values).toEqual([
    [ids.instance('HOSP-A', '1.2'), ids.instance('HOSP-A', '1.3')],
  ]);
  expect(namesInstances(queryOf('InstanceNumber=1&SOPInstanceUID='))).toBe(false);
});

describe('moments', () => {
  const header: HeaderJson = {
    '00080022': { vr: 'DA', Value: ['20240105'] },
    '00080032': { vr: 'TM', Value: ['2330'] },
    '00080012': { vr: 'DA', Value: ['20240105'] },
    '0008002A': { vr: 'DT', Value: ['20240105233000.5'] },
    '0040A120': { vr: 'DT', Value: ['20240105233000+0200'] },
    '0040A13A': { vr: 'DT', Value: ['202401'] },
  };
  const at = (zone: string) => ({ ...header, '00080201': { vr: 'SH', Value: [zone] } });
  const fits = (text: string, of: HeaderJson = header) => search(text).test(fact, of);

  test.each([
    ['AcquisitionDate=20240104-20240105&AcquisitionTime=2345-2330', true],
    ['AcquisitionDate=20240104-20240105&AcquisitionTime=2345-2300', false],
    ['AcquisitionDate=20240105-&AcquisitionTime=2300-', true],
    ['AcquisitionDate=20240105-&AcquisitionTime=2345-', false],
    ['AcquisitionDate=-20240105&AcquisitionTime=-2331', true],
    ['AcquisitionDate=20240104-20240106&AcquisitionTime=-0100', false],
    ['ContentDate=-20250101', false],
  ])('of a date and its time are one range (PS3.4 §C.2.2.2.5.4): %s %s', (text, expected) =>
    expect(fits(text)).toBe(expected),
  );

  test.each([
    ['AcquisitionDate=20240106', '+0100', '+0000', true],
    ['AcquisitionDate=20240105', '+0100', '+0000', false],
    ['AcquisitionDate=20240105', '+0000', '+0000', true],
    ['AcquisitionDate=20240105-20240106&AcquisitionTime=2345-0045', '+0100', '+0000', true],
    ['AcquisitionDate=20240105-20240106&AcquisitionTime=2345-0015', '+0100', '+0000', false],
    ['AcquisitionDate=20240105', '+0100', 'nonsense', true],
    ['InstanceCreationDate=20240105', '+1400', '-1200', true],
    ['AcquisitionDateTime=20240106', '+0100', '+0000', true],
    ['AcquisitionDateTime=20240105', '+0100', '+0000', false],
  ])(
    'are meant in the zone of the query (PS3.18 §8.3.4.1.1): %s at %s, stored at %s: %s',
    (text, asked, stored, expected) =>
      expect(fits(`${text}&TimezoneOffsetFromUTC=${encodeURIComponent(asked)}`, at(stored))).toBe(
        expected,
      ),
  );
  test('of which one side names no zone are compared as they stand', () => {
    expect(fits('AcquisitionDate=20240105&TimezoneOffsetFromUTC=%2B0900')).toBe(true);
    expect(fits('AcquisitionDate=20240105', at('+0900'))).toBe(true);
  });

  test.each([
    ['AcquisitionDateTime=20240105', true],
    ['AcquisitionDateTime=20240105-', true],
    ['AcquisitionDateTime=-20240104', false],
    ['AcquisitionDateTime=2024010523-202401052330', true],
    ['AcquisitionDateTime=20240105233001-', false],
    ['0040A120=202401052130%2B0000', true],
    ['0040A120=202401051630-0500-202401051630-0500', true],
    ['0040A120=202401052330%2B0000', false],
    ['0040A120=202401052330', true],
    ['0040A13A=2024-2024', true],
    ['0040A13A=2024%2B0100', true],
  ])('as date-times (PS3.4 §C.2.2.2.5.3): %s %s', (text, expected) =>
    expect(fits(text)).toBe(expected),
  );
});
