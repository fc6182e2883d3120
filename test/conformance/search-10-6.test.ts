import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { type Check, jsonOf, judge } from './check.js';
import { type Face, faceOf, originOf, type Seen } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { partsOf } from './parts.js';
import { STUDIES, studyUid } from './search-data.js';

const JSON_TYPE = 'application/dicom+json';
const XML = 'multipart/related; type="application/dicom+xml"';
const four = `/studies/${studyUid(4)}`;

const rows = (seen: Seen) => jsonOf<DicomJson[]>(seen);
const count = (number: number) => ({
  status: 200,
  also: (seen: Seen) => expect(rows(seen)).toHaveLength(number),
});
/* Attributes that are there, by tag. */
const shown = (...tags: string[]) => ({
  status: 200,
  also: (seen: Seen) =>
    expect(Object.keys(rows(seen)[0] ?? {})).toEqual(expect.arrayContaining(tags)),
});
const hidden = (...tags: string[]) => ({
  status: 200,
  also: (seen: Seen) => {
    expect(rows(seen).length).toBeGreaterThan(0);
    for (const row of rows(seen)) for (const tag of tags) expect(row[tag]).toBeUndefined();
  },
});
/* A problem that names this. */
const names = (text: string) => ({
  status: 400,
  also: (seen: Seen) => expect(seen.body.toString()).toContain(text),
});

const RESOURCES: readonly Check[] = [
  ['10.6.1.1', 'All Studies', '/studies', count(STUDIES)],
  ['10.6.1.1', "Study's Series", `${four}/series`, count(2)],
  ['10.6.1.1', "Study's Instances", `${four}/instances`, count(3)],
  ['10.6.1.1', 'All Series', '/series', count(STUDIES + 1)],
  ['10.6.1.1', "Study's Series' Instances", `${four}/series/${studyUid(4)}.1/instances`, count(2)],
  ['10.6.1.1', 'All Instances', '/instances', count(2 * STUDIES + 1)],
];

/* Table 10.6.1-5, each by the resource that must know it. */
const REQUIRED_KEYS: readonly (readonly [string, number])[] = [
  ['/studies?StudyDate=20260101', 1],
  ['/studies?StudyTime=080000', 1],
  ['/studies?AccessionNumber=ACC-4', 1],
  ['/studies?ModalitiesInStudy=SR', 1],
  ['/studies?ReferringPhysicianName=Refer%5EAnna', 6],
  ['/studies?PatientName=Doe%5EJane%5EMary', 1],
  ['/studies?PatientID=PAT-D', 1],
  [`/studies?StudyInstanceUID=${studyUid(2)}`, 1],
  ['/studies?StudyID=ID-5', 1],
  [`${four}/series?Modality=SR`, 1],
  [`${four}/series?SeriesInstanceUID=${studyUid(4)}.2`, 1],
  [`${four}/series?SeriesNumber=2`, 1],
  ['/series?PerformedProcedureStepStartDate=20260103', 2],
  ['/series?PerformedProcedureStepStartTime=010500', 2],
  ['/series?RequestAttributesSequence.ScheduledProcedureStepID=SPS-4', 2],
  ['/series?RequestAttributesSequence.RequestedProcedureID=RP-4', 2],
  ['/series?PatientID=PAT-D', 2],
  ['/series?StudyDate=20260103', 2],
  [`${four}/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.88.11`, 1],
  [`${four}/instances?Modality=SR`, 1],
  [`${four}/series/${studyUid(4)}.1/instances?InstanceNumber=2`, 1],
  [`/instances?SOPInstanceUID=${studyUid(4)}.1.2`, 1],
  ['/instances?PatientID=PAT-D&InstanceNumber=1', 2],
  ['/instances?AccessionNumber=ACC-4&Modality=SR', 1],
];

const PARAMETERS: readonly Check[] = [
  ['10.6.1.2.1', 'an unknown attribute is 400 and names it', '/studies?Bogus=1', names('Bogus')],
  [
    '10.6.1.2.1',
    'a tag that PS3.6 does not have is 400 and names it',
    '/studies?00090002=1',
    names('00090002'),
  ],
  ['10.6.1.2.1', 'a tag with lower-case digits is a tag', '/studies?0020000d=1.2.3', count(0)],
  ['10.6.1.2.1', 'a tag in the path of a sequence', '/series?00400275.00400009=SPS-4', count(2)],
  [
    '10.6.1.2.1',
    'keyword and tag in one path',
    '/studies?OtherPatientIDsSequence.00100020=OTHER-6',
    count(1),
  ],
  [
    '10.6.1.2.1',
    'a private attribute with its creator is matched, or refused by name',
    '/instances?00230010=AcmeCompany&00231001=acme-6',
    {
      status: [200, 400],
      also: (seen) => {
        if (seen.status === 200) expect(rows(seen)).toHaveLength(2);
        else expect(seen.body.toString()).toContain('00231001');
      },
    },
  ],
  ['8.3.1', 'keywords are case-sensitive', '/studies?patientid=PAT-A', names('patientid')],
  ['8.3.1', 'no NULL character in a value', '/studies?PatientID=a%00b', names('PatientID')],
  [
    '8.3.4.1',
    'an attribute that is repeated is 400',
    '/studies?PatientID=a&PatientID=b',
    names('PatientID'),
  ],
  [
    '8.3.4.1',
    'the same attribute by keyword and by tag is repeated',
    '/studies?PatientID=a&00100020=b',
    names('0020'),
  ],
  [
    '8.3.4.1',
    'a list of values for other than UIDs is one value',
    '/studies?PatientID=PAT-A%2CPAT-C',
    count(0),
  ],
  [
    '8.3.4.1',
    'a UID list with commas',
    `/studies?StudyInstanceUID=${studyUid(1)},${studyUid(3)}`,
    count(2),
  ],
  ['8.3', 'a bad date is 400 and names it', '/studies?StudyDate=2026-13', names('StudyDate')],
  ['8.3', 'a bad time is 400 and names it', '/studies?StudyTime=9999', names('StudyTime')],
  [
    '8.3',
    'a bad UID is 400 and names it',
    '/studies?StudyInstanceUID=1..2',
    names('StudyInstanceUID'),
  ],
  ['8.3', 'a fault of percent-encoding is 400', '/studies?PatientID=%GG', { status: 400 }],
  ['8.3', 'bytes that are no UTF-8 are 400', '/studies?PatientName=%C3%28', { status: 400 }],
  [
    '8.3.4.2',
    'fuzzymatching is true or false',
    '/studies?fuzzymatching=yes',
    names('fuzzymatching'),
  ],
  [
    '8.3.4.5',
    'emptyvaluematching is true or false',
    '/studies?emptyvaluematching=1',
    names('emptyvaluematching'),
  ],
  [
    '8.3.4.6',
    'multiplevaluematching is true or false',
    '/studies?multiplevaluematching=on',
    names('multiplevaluematching'),
  ],
  ['8.3.4.4', 'limit is an unsigned integer', '/studies?limit=-1', names('limit')],
  ['8.3.4.4', 'limit is no fraction', '/studies?limit=1.5', names('limit')],
  ['8.3.4.4', 'offset is an unsigned integer', '/studies?offset=ten', names('offset')],
  ['8.3.4.4.1', 'a limit beyond all bounds is taken', '/studies?limit=4294967295', count(STUDIES)],
  [
    '8.3.4.3',
    'an unknown field to include is 400',
    '/studies?includefield=Bogus',
    names('includefield'),
  ],
  ['8.3.4.3', 'fields with commas', '/studies?includefield=00081030,PatientAge', shown('00081030')],
  [
    '8.3.4.3',
    'fields in parameters of their own',
    '/studies?includefield=00081030&includefield=StudyID',
    shown('00081030', '00200010'),
  ],
  ['8.3.4.3', 'all', '/studies?includefield=all', shown('00081030')],
  [
    '8.3.4.3',
    'a field by its path is a sequence with that field',
    '/studies?PatientID=PAT-F&includefield=OtherPatientIDsSequence.PatientID',
    {
      status: 200,
      also: (seen) => {
        const [item] = (rows(seen)[0]?.['00101002']?.Value ?? []) as DicomJson[];
        expect(firstOf(item, '00100020')).toBe('OTHER-6');
      },
    },
  ],
  [
    '8.3.3.1',
    'accept by the address',
    '/studies?accept=application%2Fdicom%2Bjson',
    { status: 200, type: JSON_TYPE },
  ],
  [
    '8.3.3.2',
    'a charset that is not supported is ignored',
    '/studies?charset=x-none',
    count(STUDIES),
  ],
];

const PAYLOADS: readonly Check[] = [
  [
    '10.6.3.3.1',
    'a study shows Table 10.6.3-3',
    '/studies?PatientID=PAT-E',
    shown(
      ...['00080020', '00080030', '00080050', '00080056', '00080061', '00080090', '00080201'],
      ...['00081190', '00100010', '00100020', '00100030', '00100040', '0020000D', '00200010'],
      ...['00201206', '00201208'],
    ),
  ],
  [
    '10.6.3.3.1',
    'an empty required attribute is shown, without a value',
    '/studies?PatientID=PAT-C',
    shown('00080020', '00080030', '00080050', '00080090', '00100010', '00100040'),
  ],
  [
    '10.6.3.3.1',
    'an attribute that was matched is shown',
    '/studies?StudyDescription=Thorax',
    shown('00081030'),
  ],
  [
    '10.6.3.3.1',
    'attributes of lower levels are not shown',
    '/studies?includefield=SeriesDescription,SliceThickness',
    hidden('0008103E', '00180050'),
  ],
  [
    '10.6.3.3.2',
    'a series shows Table 10.6.3-4',
    `${four}/series`,
    shown(
      '00080060',
      '0008103E',
      '00081190',
      '0020000E',
      '00200011',
      '00201209',
      '00400244',
      '00400245',
      '00400275',
    ),
  ],
  [
    '10.6.3.3.2',
    'the request of a series shows its step and its procedure',
    `${four}/series`,
    {
      status: 200,
      also: (seen) => {
        const [item] = (rows(seen)[0]?.['00400275']?.Value ?? []) as DicomJson[];
        expect([firstOf(item, '00400009'), firstOf(item, '00401001')]).toEqual(['SPS-4', 'RP-4']);
      },
    },
  ],
  [
    '10.6.3.3.2',
    'All Series show their study',
    '/series',
    shown('00080020', '00100020', '0020000D'),
  ],
  [
    '10.6.3.3.2',
    'attributes of instances are not shown',
    `${four}/series?includefield=SliceThickness`,
    hidden('00180050'),
  ],
  [
    '10.6.3.3.3',
    'an instance shows Table 10.6.3-5',
    `${four}/series/${studyUid(4)}.1/instances`,
    shown(
      '00080016',
      '00080018',
      '00080056',
      '00081190',
      '00200013',
      '00280010',
      '00280011',
      '00280100',
    ),
  ],
  [
    '10.6.3.3.3',
    'All Instances show their study and series',
    '/instances',
    shown('00100020', '0020000D', '0020000E', '00080060'),
  ],
  [
    '10.6.3.3.3',
    "Study's Instances show their series",
    `${four}/instances`,
    shown('0020000E', '00080060'),
  ],
  [
    '10.6.3.3.3',
    'an included attribute is shown',
    `${four}/instances?includefield=SliceThickness`,
    shown('00180050'),
  ],
  [
    '10.6.3.3.3',
    'all leaves bulk data out',
    `${four}/instances?includefield=all`,
    hidden('7FE00010'),
  ],
  [
    'F.2.2',
    'attributes stand in ascending order',
    `${four}/instances?includefield=all`,
    {
      status: 200,
      also: (seen) => {
        for (const row of rows(seen)) expect(Object.keys(row)).toEqual(Object.keys(row).sort());
      },
    },
  ],
];

const TYPES: readonly Check[] = [
  [
    '10.6.4',
    'the default is DICOM JSON',
    { path: '/studies', accept: '*/*' },
    { status: 200, type: JSON_TYPE },
  ],
  [
    '10.6.4',
    'DICOM JSON by name',
    { path: '/studies', accept: JSON_TYPE },
    { status: 200, type: JSON_TYPE },
  ],
  [
    '10.6.4',
    'DICOM XML has one part for each match',
    { path: '/studies', accept: XML },
    {
      status: 200,
      type: 'multipart/related',
      also: (seen) => {
        const parts = partsOf(seen);
        expect(parts).toHaveLength(STUDIES);
        for (const { headers, body } of parts) {
          expect(headers.get('content-type')).toContain('application/dicom+xml');
          expect(body.toString()).toMatch(/<NativeDicomModel[\s>]/);
        }
      },
    },
  ],
  [
    '8.7.8.1',
    'what cannot be had is 406',
    { path: '/studies', accept: 'image/png' },
    { status: 406 },
  ],
  [
    '8.7.8.1',
    'weight 0 is never chosen',
    { path: '/studies', accept: 'application/dicom+json;q=0' },
    { status: 406 },
  ],
  [
    '8.7.8.1',
    'the heavier type is chosen',
    { path: '/studies', accept: `${JSON_TYPE};q=0.1, ${XML};q=0.9` },
    { status: 200, type: 'multipart/related' },
  ],
  [
    '8.7.7',
    'what is not valid in Accept is ignored',
    { path: '/studies', accept: `;;;, ${JSON_TYPE}` },
    { status: 200, type: JSON_TYPE },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.search);
});

describe('10.6 Search', () => {
  judge(() => face, RESOURCES);
  judge(
    () => face,
    REQUIRED_KEYS.map(
      ([path, number]) => ['10.6.1.2.3', `«${path}»`, path, count(number)] as const,
    ),
  );
  judge(() => face, PARAMETERS);
  judge(() => face, PAYLOADS);
  judge(() => face, TYPES);
});

describe('8.3.4.4 Paging', () => {
  const uids = (seen: Seen) => rows(seen).map((row) => firstOf(row, '00080018'));

  test('8.3.4.4.1: two searches give the same order', async () => {
    const [first, second] = [await face.ask('/instances'), await face.ask('/instances')];
    expect(uids(first)).toEqual(uids(second));
  });
  test('8.3.4.4.1: pages by offset and limit give each match once, in the order of the whole', async () => {
    const whole = uids(await face.ask('/instances'));
    const pages: string[] = [];
    for (let offset = 0; offset < whole.length; offset += 4)
      pages.push(...uids(await face.ask(`/instances?limit=4&offset=${offset}`)));
    expect(pages).toEqual(whole);
  });
  test.each(['/studies', '/series', '/instances', `${four}/series`, `${four}/instances`])(
    '8.3.4.4.1: %s tells with Warning 299 how many results remain',
    async (path) => {
      const all = rows(await face.ask(path)).length;
      const { headers } = await face.ask(`${path}${'?limit=1'}`);
      expect(headers.get('warning')).toMatch(
        new RegExp(`299 .*There are ${all - 1} additional results that can be requested`),
      );
      const last = await face.ask(`${path}?limit=1&offset=${all - 1}`);
      expect(last.headers.get('warning')).toBeNull();
    },
  );
  /* Not of the standard: the archive's own way to page while others store. */
  test.each(['/studies', '/series', '/instances', `${four}/series`, `${four}/instances`])(
    '%s: the links to the next page give each match once',
    async (path) => {
      const whole = rows(await face.ask(path)).map((row) => firstOf(row, '00081190'));
      const found: string[] = [];
      let next: string | undefined = `${path}?limit=1`;
      while (next !== undefined && found.length <= whole.length) {
        const seen: Seen = await face.ask(next);
        found.push(...rows(seen).map((row) => firstOf(row, '00081190')));
        next = nextOf(seen);
      }
      expect(found).toEqual(whole);
    },
  );
});

/* The path below the root of Link rel=next. */
function nextOf({ headers }: Seen): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, `${originOf()}/dicom-web/`);
  return pathname.replace(/^\/dicom-web/, '') + search;
}
