import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import { items } from './encodings.js';

/** Study Instance UID of a study by its number, 1 to 7. */
export const studyUid = (number: number): string => `1.2.82.${number}`;
export const STUDIES = 7;
const REPORT = '1.2.840.10008.5.1.4.1.1.88.11';

const NAMES = [
  'Müller^Änne',
  'Mueller^Anne',
  '',
  'Yamada^Tarou=山田^太郎=やまだ^たろう',
  "O'Neil^Pat",
  'van der Berg^Jan',
  'Doe^Jane^Mary',
];
const PATIENTS = ['PAT-A', 'pat-a', 'PAT-C', 'PAT-D', 'PAT-E', 'PAT-F', 'PAT-G'];
const DATES = ['20260101', '20260102', '', '20260103', '20260104', '20260105', '20260106'];
const TIMES = ['080000', '233000', '', '010000', '120000', '235959.5', '070000'];
const DESCRIPTIONS = [
  'Thorax',
  'thorax',
  'Abdomen',
  'Head',
  'Knee [left] 50%_x',
  'a,b & c=d',
  'Doe study',
];

/* What single studies have beside. */
const MORE: Readonly<Record<number, Attributes>> = {
  3: { '00080050': ['SH', ''], '00080090': ['PN', ''], '00100040': ['CS', ''] },
  4: {
    '00400244': ['DA', '20260103'],
    '00400245': ['TM', '010500'],
    '00400275': ['SQ', items({ '00400009': ['SH', 'SPS-4'], '00401001': ['SH', 'RP-4'] })],
  },
  5: { '00080201': ['SH', '+0100'], '0008002A': ['DT', '20260104115900.5+0100'] },
  6: {
    '00101002': ['SQ', items({ '00100020': ['LO', 'OTHER-6'], '00100022': ['CS', 'TEXT'] })],
    '00230010': ['LO', 'AcmeCompany'],
    '00231001': ['LO', 'acme-6'],
  },
  7: {
    '00081032': [
      'SQ',
      items({
        '00080100': ['SH', 'CODE-7'],
        '00080102': ['SH', '99CONF'],
        '00080104': ['LO', 'A procedure'],
      }),
    ],
  },
};

function described(number: number): Attributes {
  const at = number - 1;
  return {
    '00080005': ['CS', 'ISO_IR 192'],
    '00080008': ['CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    '00080020': ['DA', DATES[at] ?? ''],
    '00080030': ['TM', TIMES[at] ?? ''],
    '00080050': ['SH', `ACC-${number}`],
    '00080060': ['CS', number % 2 ? 'CT' : 'MR'],
    '00081030': ['LO', DESCRIPTIONS[at] ?? ''],
    '0008103E': ['LO', `Series of ${number}`],
    '00100010': ['PN', NAMES[at] ?? ''],
    '00100020': ['LO', PATIENTS[at] ?? ''],
    '00100040': ['CS', number % 2 ? 'F' : 'M'],
    '00180050': ['DS', '2.5'],
    '00200010': ['SH', `ID-${number}`],
    ...MORE[number],
  };
}

const instance = (number: number, series: number, at: number, change: Attributes = {}) => {
  const study = studyUid(number);
  return part10(
    ctSlice(
      { study, series: `${study}.${series}`, instance: `${study}.${series}.${at}` },
      {
        ...described(number),
        '00200011': ['IS', String(series)],
        '00200013': ['IS', String(at)],
        ...change,
      },
    ),
  );
};

/** Two instances a study; study 4 has a second series with a report. */
export const SEARCHED: readonly Buffer[] = [
  ...Array.from({ length: STUDIES }, (_, index) => index + 1).flatMap((number) => [
    instance(number, 1, 1),
    instance(number, 1, 2),
  ]),
  instance(4, 2, 1, { '00080016': ['UI', REPORT], '00080060': ['CS', 'SR'] }),
];
