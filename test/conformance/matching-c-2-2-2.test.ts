import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { jsonOf } from './check.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { STUDIES, studyUid } from './search-data.js';

const ALL = Array.from({ length: STUDIES }, (_, index) => index + 1);
const UMLAUT = 'M%C3%BCller%5E%C3%84nne';

/** Paragraph of PS3.4 (or PS3.18), what must hold, query of studies, numbers of those that match. */
type Match = readonly [
  paragraph: string,
  holds: string,
  query: string,
  expected: readonly number[],
];

const SINGLE: readonly Match[] = [
  ['C.2.2.2.1', 'Patient ID is case-sensitive', 'PatientID=PAT-A', [1]],
  ['C.2.2.2.1', 'Patient ID is case-sensitive, the other way', 'PatientID=pat-a', [2]],
  ['C.2.2.2.1', 'other text is case-sensitive', 'StudyDescription=thorax', [2]],
  ['C.2.2.2.1', 'a value is no prefix', 'PatientID=PAT', []],
  ['C.2.2.2.1', 'a person name as it is stored', `PatientName=${UMLAUT}`, [1]],
  [
    'C.2.2.2.1',
    'per cent and underscore are themselves',
    'StudyDescription=Knee%20%5Bleft%5D%2050%25_x',
    [5],
  ],
  ['C.2.2.2.1', 'per cent is no wildcard', 'StudyDescription=%25', []],
  ['C.2.2.2.1', 'underscore is no wildcard', 'StudyDescription=____', []],
  ['C.2.2.2.1', 'an apostrophe is itself', "PatientName=O'Neil%5EPat", [5]],
  [
    '8.3.1',
    'comma, ampersand and equals sign when percent-encoded',
    'StudyDescription=a%2Cb%20%26%20c%3Dd',
    [6],
  ],
  ['C.2.2.2.1', 'spaces around a value mean nothing', 'PatientID=PAT-A%20', [1]],
];

const LISTS: readonly Match[] = [
  [
    'C.2.2.2.2',
    'any of a list of UIDs',
    `StudyInstanceUID=${studyUid(1)},${studyUid(6)},1.2.3`,
    [1, 6],
  ],
  [
    'C.2.2.2.2',
    'a list with backslashes',
    `StudyInstanceUID=${studyUid(1)}%5C${studyUid(6)}`,
    [1, 6],
  ],
  ['C.2.2.2.3', 'no value matches everything', 'PatientName=', ALL],
  ['C.2.2.2.3', 'no value and no equals sign too', 'PatientName', ALL],
  ['C.2.2.2.3', 'a star alone matches everything', 'PatientName=*', ALL],
  ['C.2.2.2.3', 'universal matching of a date keeps empty dates', 'StudyDate=', ALL],
];

const WILDCARDS: readonly Match[] = [
  ['C.2.2.2.4', 'a star is any text', 'PatientID=PAT-*', [1, 3, 4, 5, 6, 7]],
  ['C.2.2.2.4', 'a star is no text too', 'PatientID=PAT-A*', [1]],
  ['C.2.2.2.4', 'a question mark is one character', 'PatientID=PAT-%3F', [1, 3, 4, 5, 6, 7]],
  ['C.2.2.2.4', 'a question mark is not none', 'PatientID=PAT-A%3F', []],
  ['C.2.2.2.4', 'a question mark is one character of many bytes', 'PatientName=M%3Fller*', [1]],
  ['C.2.2.2.4', 'a star in front', 'StudyDescription=*orax', [1, 2]],
  ['C.2.2.2.4', 'brackets are no character class', 'StudyDescription=*%5Bleft%5D*', [5]],
  ['C.2.2.2.4', 'in Modalities in Study', 'ModalitiesInStudy=S*', [4]],
];

const RANGES: readonly Match[] = [
  ['C.2.2.2.5', 'both ends belong to a range', 'StudyDate=20260102-20260103', [2, 4]],
  ['C.2.2.2.5', 'no beginning', 'StudyDate=-20260102', [1, 2]],
  ['C.2.2.2.5', 'no end', 'StudyDate=20260104-', [5, 6, 7]],
  [
    'C.2.2.2.5',
    'a range of dates does not match an empty date',
    'StudyDate=19000101-20991231',
    [1, 2, 4, 5, 6, 7],
  ],
  ['C.2.2.2.5', 'a range of times', 'StudyTime=0700-0800', [1, 7]],
  ['C.2.2.2.5', 'a short time has all of its minute', 'StudyTime=0000-2359', [1, 2, 4, 5, 6, 7]],
  [
    'C.2.2.2.5',
    'a range of times does not match an empty time',
    'StudyTime=000000-',
    [1, 2, 4, 5, 6, 7],
  ],
  ['C.2.2.2.5', 'a single date', 'StudyDate=20260105', [6]],
  [
    'C.2.2.2.5',
    'date and time ranges are one range',
    'StudyDate=20260102-20260103&StudyTime=2300-0200',
    [2, 4],
  ],
  [
    'C.2.2.2.5',
    'date and time ranges are one range, cut at both ends',
    'StudyDate=20260101-20260103&StudyTime=0900-0030',
    [2],
  ],
  [
    'C.2.2.2.5',
    'date and time ranges without an end',
    'StudyDate=20260104-&StudyTime=1300-',
    [6, 7],
  ],
];

const OTHERS: readonly Match[] = [
  ['C.2.2.2.6', 'a key in a sequence', 'ProcedureCodeSequence.CodeValue=CODE-7', [7]],
  ['C.2.2.2.6', 'a key in a sequence by its tags', '00081032.00080100=CODE-7', [7]],
  [
    'C.2.2.2.6',
    'keys of one sequence are of one item',
    'ProcedureCodeSequence.CodeValue=CODE-7&ProcedureCodeSequence.CodingSchemeDesignator=99CONF',
    [7],
  ],
  [
    'C.2.2.2.6',
    'a key in a sequence that does not fit',
    'ProcedureCodeSequence.CodeValue=CODE-7&ProcedureCodeSequence.CodingSchemeDesignator=DCM',
    [],
  ],
  [
    'C.2.2.2.7',
    'two quotation marks match what is empty',
    'emptyvaluematching=true&AccessionNumber=%22%22',
    [3],
  ],
  ['C.2.2.2.7', 'also a date', 'emptyvaluematching=true&StudyDate=%22%22', [3]],
  ['C.2.2.2.7', 'also a person name', 'emptyvaluematching=true&PatientName=%22%22', [3]],
  ['C.2.2.2.7', 'without the parameter they are two quotation marks', 'AccessionNumber=%22%22', []],
  [
    'C.2.2.2.8',
    'all of several values',
    'multiplevaluematching=true&ModalitiesInStudy=SR%5CMR',
    [4],
  ],
  [
    'C.2.2.2.8',
    'not some of several values',
    'multiplevaluematching=true&ModalitiesInStudy=SR%5CCT',
    [],
  ],
  [
    '8.3.4.1.1',
    'times of the request are in its zone',
    'TimezoneOffsetFromUTC=%2B0000&StudyDate=20260104-20260104&StudyTime=1030-1130',
    [5],
  ],
  [
    '8.3.4.1.1',
    'without a zone they are as stored',
    'StudyDate=20260104-20260104&StudyTime=1030-1130',
    [],
  ],
  [
    'C.3.4',
    'several keys must all match',
    'PatientID=PAT-*&ModalitiesInStudy=SR&StudyDate=20260103',
    [4],
  ],
];

const FUZZY: readonly Match[] = [
  ['C.2.2.2.1.1', 'finds what literal matching finds', `PatientName=${UMLAUT}`, [1, 2]],
  ['C.2.2.2.1.1', 'finds without the umlaut', 'PatientName=Muller%5EAnne', [1, 2]],
  ['C.2.2.2.1.1', 'finds components in another order', 'PatientName=Jane%5EDoe', [7]],
  [
    'C.2.2.2.1.1',
    'finds the ideographic group',
    'PatientName=%E5%B1%B1%E7%94%B0%5E%E5%A4%AA%E9%83%8E',
    [4],
  ],
  ['C.2.2.2.1.1', 'finds with a wildcard what a wildcard finds', 'PatientName=Doe*', [7]],
  ['C.2.2.2.1.1', 'does not find another name', 'PatientName=Kowalski%5EPiotr', []],
  ['C.2.2.2.1.1', 'leaves other attributes literal', 'PatientID=PAT-a', []],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.search);
});

const numbersOf = async (query: string) => {
  const seen = await face.ask(`/studies?${query}`);
  expect(seen.status, seen.body.toString()).toBe(200);
  return jsonOf<DicomJson[]>(seen)
    .map((row) => Number(firstOf(row, '0020000D').split('.').at(-1)))
    .sort();
};

describe('PS3.4 C.2.2.2 Attribute Matching', () => {
  test.each([...SINGLE, ...LISTS, ...WILDCARDS, ...RANGES, ...OTHERS])(
    '%s: %s («%s»)',
    async (_paragraph, _holds, query, expected) => expect(await numbersOf(query)).toEqual(expected),
  );
  test.each(FUZZY)('%s: fuzzy matching %s («%s»)', async (_paragraph, _holds, query, expected) =>
    expect(await numbersOf(`fuzzymatching=true&${query}`)).toEqual(expected),
  );
  test.each([
    ['fuzzymatching', 'PatientName=Doe', /fuzzymatching parameter is not supported/],
    ['emptyvaluematching', 'PatientID=%22%22', /emptyvaluematching parameter is not supported/],
    [
      'multiplevaluematching',
      'PatientID=a%5Cb',
      /multiplevaluematching parameter is not supported/,
    ],
  ])('8.3.4: %s is supported, so no warning says that it is not', async (name, query, warning) => {
    const { headers } = await face.ask(`/studies?${name}=true&${query}`);
    expect(headers.get('warning') ?? '').not.toMatch(warning);
  });
  test('8.3.4.1: several values of an attribute that has one are 400 and name it', async () => {
    for (const parameter of ['', '&multiplevaluematching=true']) {
      const seen = await face.ask(`/studies?AccessionNumber=ACC-1%5CACC-4${parameter}`);
      expect(seen.status).toBe(400);
      expect(seen.body.toString()).toContain('AccessionNumber');
    }
  });
  test('C.2.2.2.5: a range of date times', async () => {
    const found = async (range: string) =>
      jsonOf<DicomJson[]>(
        await face.ask(`/instances?PatientID=PAT-E&AcquisitionDateTime=${range}`),
      );
    expect(await found('20260104105900%2B0000-20260104110000%2B0000')).toHaveLength(2);
    expect(await found('20260104110000%2B0000-')).toHaveLength(0);
    expect(await found('-20260104')).toHaveLength(2);
  });
});
