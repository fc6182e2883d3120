import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelOf } from './attribute-level.js';
import { parseSearch, type SearchFault } from './search-query.js';

const parse = (text: string) => {
  const parsed = parseSearch(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.query;
};
const condition = (text: string) => parse(text).matches[0]?.condition;
const problems = (text: string): Record<string, SearchFault> | 'none' => {
  const parsed = parseSearch(text);
  return parsed.ok
    ? 'none'
    : Object.fromEntries(parsed.problems.map((p) => [p.parameter, p.fault]));
};

describe('attributes', () => {
  test('go by keyword, by tag, or by a path of them', () => {
    const { matches } = parse(
      'PatientID=1&0020000d=1.2&00400275.RequestedProcedureID=x&OtherPatientIDsSequence.00100020=y',
    );
    expect(matches.map(({ path, vr, level }) => [path.join('.'), vr, level])).toEqual([
      ['00100020', 'LO', 'study'],
      ['0020000D', 'UI', 'study'],
      ['00400275.00401001', 'SH', 'series'],
      ['00101002.00100020', 'LO', 'study'],
    ]);
  });

  test('are of study, series or instance', () => {
    expect(['00080020', '00100010', '00101002', '00080061'].map(levelOf)).toEqual(
      Array(4).fill('study'),
    );
    expect(['00080060', '00200011', '00400275'].map(levelOf)).toEqual(Array(3).fill('series'));
    expect(['00080018', '00200013', '00280010', '00091001'].map(levelOf)).toEqual(
      Array(4).fill('instance'),
    );
  });

  test('that are unknown are named, values never', () => {
    expect(problems('PatientNam=Miller')).toEqual({ PatientNam: 'unknown-attribute' });
    expect(problems('%3Cscript%3E=1')).toEqual({ 'parameter 1': 'unknown-attribute' });
    expect(problems('PatientID.StudyDate=1')).toEqual({
      'PatientID.StudyDate': 'unknown-attribute',
    });
    expect(JSON.stringify(parseSearch('StudyDate=Miller&x=Miller'))).not.toContain('Miller');
  });

  test('that cannot be matched are refused', () =>
    expect(problems('PixelData=1&RequestAttributesSequence=1&00091001=1')).toEqual({
      PixelData: 'not-matchable',
      RequestAttributesSequence: 'not-matchable',
      '00091001': 'not-matchable',
    }));

  test('stand once, under whatever name', () =>
    expect(problems('PatientID=1&00100020=2')).toEqual({ '00100020': 'repeated' }));

  test('all that is wrong is told at once', () =>
    expect(problems('limit=x&Nothing=1&StudyDate=1')).toEqual({
      limit: 'bad-value',
      Nothing: 'unknown-attribute',
      StudyDate: 'bad-value',
    }));
});

describe('values', () => {
  test.each([
    ['PatientID=a%20b', { kind: 'equal', values: ['a b'] }],
    ['PatientID=a+b', { kind: 'equal', values: ['a b'] }],
    ['PatientID=', { kind: 'any' }],
    ['PatientID', { kind: 'any' }],
    ['PatientID=***', { kind: 'any' }],
    ['StudyInstanceUID=*', { kind: 'any' }],
    ['PatientName=M%C3%BCl**er^?', { kind: 'like', patterns: ['Mül*er^?'] }],
    ['PatientName=a,b', { kind: 'equal', values: ['a,b'] }],
    ['StudyInstanceUID=1.2,1.3', { kind: 'equal', values: ['1.2', '1.3'] }],
    ['StudyInstanceUID=1.2%5C1.3', { kind: 'equal', values: ['1.2', '1.3'] }],
    ['ModalitiesInStudy=CT,MR', { kind: 'equal', values: ['CT', 'MR'] }],
    ['ModalitiesInStudy=C*%5CMR', { kind: 'like', patterns: ['C*', 'MR'] }],
    ['ModalitiesInStudy=CT%5CMR', { kind: 'equal', values: ['CT', 'MR'] }],
    ['ModalitiesInStudy=CT%5CMR&multiplevaluematching=true', { kind: 'all', values: ['CT', 'MR'] }],
    ['OperatorsName=a%5Cb&multiplevaluematching=true', { kind: 'all', values: ['a', 'b'] }],
    [
      'StudyInstanceUID=1.2%5C1.3&multiplevaluematching=true',
      { kind: 'equal', values: ['1.2', '1.3'] },
    ],
    ['ModalitiesInStudy=CT,MR&multiplevaluematching=true', { kind: 'equal', values: ['CT', 'MR'] }],
    ['SeriesNumber=007', { kind: 'equal', values: ['7'] }],
    ['PatientWeight=70.50', { kind: 'equal', values: ['70.5'] }],
    ['PatientID=%22%22&emptyvaluematching=true', { kind: 'empty' }],
    ['PatientID=%22%22', { kind: 'equal', values: ['""'] }],
    ['StudyDate=20240229', { kind: 'equal', values: ['20240229'] }],
    ['StudyDate=2024.02.29', { kind: 'equal', values: ['20240229'] }],
    ['StudyDate=20240101-20240131', { kind: 'range', from: '20240101', to: '20240131' }],
    ['StudyDate=20240101-', { kind: 'range', from: '20240101' }],
    ['StudyDate=-20240131', { kind: 'range', to: '20240131' }],
    ['StudyTime=10', { kind: 'range', from: '10', to: '105959.999999' }],
    ['StudyTime=1015-1200', { kind: 'range', from: '1015', to: '120059.999999' }],
    ['StudyTime=100000.500-', { kind: 'range', from: '100000.5' }],
    ['StudyTime=-10:15:30.5', { kind: 'range', to: '101530.599999' }],
    ['StudyTime=000000-', { kind: 'range', from: '00' }],
    ['StudyTime=101010-', { kind: 'range', from: '101010' }],
    ['AcquisitionDateTime=202401', { kind: 'range', from: '202401', to: '202401~' }],
    ['TimezoneOffsetFromUTC=%2B0100', { kind: 'any' }],
    [
      'StudyDate=20240229&TimezoneOffsetFromUTC=%2B0100',
      { kind: 'range', from: '20240229', to: '20240229', zone: '+0100' },
    ],
    ['StudyTime=10-&00080201=+0530', { kind: 'range', from: '10', zone: '+0530' }],
    ['AcquisitionDateTime=2024-2025', { kind: 'range', from: '2024', to: '2025~' }],
    ['AcquisitionDateTime=-2025', { kind: 'range', to: '2025~' }],
    [
      'AcquisitionDateTime=20240101%2B0100',
      { kind: 'range', from: '20240101+0100', to: '20240101~+0100' },
    ],
    [
      'AcquisitionDateTime=20240101-0500-20240102-0500',
      { kind: 'range', from: '20240101-0500', to: '20240102~-0500' },
    ],
    ['AcquisitionDateTime=20240101-0500-', { kind: 'range', from: '20240101-0500' }],
  ])('%s', (text, expected) => expect(condition(text)).toEqual(expected));

  test.each([
    ['StudyDate=2024', 'bad-value'],
    ['StudyDate=20241301', 'bad-value'],
    ['StudyDate=-', 'bad-value'],
    ['StudyDate=20240101-20240102-20240103', 'bad-value'],
    ['StudyDate=2024*', 'bad-value'],
    ['StudyTime=25', 'bad-value'],
    ['TimezoneOffsetFromUTC=1', 'bad-value'],
    ['TimezoneOffsetFromUTC=-0000', 'bad-value'],
    ['AcquisitionDateTime=20240101-0500-20240102-0500-', 'bad-value'],
    ['AcquisitionDateTime=20240101%2B2500', 'bad-value'],
    ['StudyTime=1015.5', 'bad-value'],
    ['StudyInstanceUID=1.2.*', 'bad-value'],
    ['StudyInstanceUID=1.2,', 'bad-value'],
    ['StudyInstanceUID=abc', 'bad-value'],
    ['SeriesNumber=x', 'bad-value'],
    ['SeriesNumber=1e99999', 'bad-value'],
    ['PatientID=a%00b', 'bad-value'],
    ['PatientID=a%5Cb', 'list-not-allowed'],
    ['PatientID=a%5Cb&multiplevaluematching=true', 'list-not-allowed'],
    ['ModalitiesInStudy=C*%5CMR&multiplevaluematching=true', 'bad-value'],
    ['ModalitiesInStudy=CT%5C&multiplevaluematching=true', 'bad-value'],
    [`PatientID=${'a'.repeat(2000)}`, 'too-long'],
    [`PatientID=${'a*'.repeat(20)}`, 'too-many'],
    [`StudyInstanceUID=${'1.2,'.repeat(2000)}1.2`, 'too-many'],
  ])('%s is refused', (text, fault) =>
    expect(problems(text)).toEqual({ [text.split('=')[0] ?? '']: fault }),
  );
});

describe('options', () => {
  test('limit, offset and flags', () =>
    expect(
      parse('limit=10&offset=20&fuzzymatching=True&accept=application/json&charset=utf-8'),
    ).toEqual({
      matches: [],
      includeAll: false,
      include: [],
      limit: 10,
      offset: 20,
      after: undefined,
      fuzzyMatching: true,
      emptyValueMatching: false,
      multipleValueMatching: false,
    }));

  test('nothing asked is a query', () =>
    expect(parse('')).toMatchObject({ limit: undefined, offset: 0 }));
  test.each(['4294967295', '18446744073709551615'])('%s is as much as there is', (count) =>
    expect(parse(`limit=${count}&offset=${count}`)).toMatchObject({
      limit: 999_999_999,
      offset: 999_999_999,
    }),
  );

  test('includefield comes repeated, in lists, by tag, by keyword, as path, as all', () => {
    const { include, includeAll } = parse(
      'includefield=00081030,Modality&includefield=00400275.00400009&includefield=00091001&includefield=0009ABCD',
    );
    expect(include.map(({ path }) => path.join('.'))).toEqual([
      '00081030',
      '00080060',
      '00400275.00400009',
      '00091001',
      '0009ABCD',
    ]);
    expect(includeAll).toBe(false);
    expect(parse('includefield=all').includeAll).toBe(true);
  });

  test.each([
    ['limit=-1', { limit: 'bad-value' }],
    ['limit=1.5', { limit: 'bad-value' }],
    [`offset=${'9'.repeat(33)}`, { offset: 'bad-value' }],
    ['limit=1&limit=2', { limit: 'repeated' }],
    ['fuzzymatching=maybe', { fuzzymatching: 'bad-value' }],
    ['after=', { after: 'bad-value' }],
    ['after=a.b', { after: 'bad-value' }],
    [`after=${'a'.repeat(2000)}`, { after: 'bad-value' }],
    ['after=a&after=b', { after: 'repeated' }],
    ['includefield=Nothing', { includefield: 'unknown-attribute' }],
    [`includefield=${'PatientID,'.repeat(600)}`, { includefield: 'too-many' }],
    ['PatientID=%ZZ', { PatientID: 'bad-encoding' }],
    ['PatientID=%E9', { PatientID: 'bad-encoding' }],
    ['%E9=1', { 'parameter 1': 'bad-encoding' }],
    ['%3C=%E9', { 'parameter 1': 'bad-encoding' }],
    ['a&'.repeat(200), { 'the query': 'too-many' }],
    [`x=${'a'.repeat(200_000)}`, { 'the query': 'too-long' }],
  ])('%s is refused', (text, expected) => expect(problems(text)).toEqual(expected));
});

test('any query string is answered, and no value of it told', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom(
            'PatientName',
            'StudyDate',
            'StudyTime',
            'StudyInstanceUID',
            'SeriesNumber',
            'limit',
            'includefield',
          ),
          fc.string({ unit: 'binary', minLength: 3 }),
        ),
        { maxLength: 6 },
      ),
      (pairs) => {
        const text = pairs
          .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
          .join('&');
        const parsed = parseSearch(text);
        if (!parsed.ok)
          expect(parsed.problems.every(({ parameter }) => /^[A-Za-z]+$/.test(parameter))).toBe(
            true,
          );
      },
    ),
  ));
