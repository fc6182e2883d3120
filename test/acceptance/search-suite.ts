import { beforeAll, describe, expect, test } from 'vitest';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, type DicomJson, firstOf, problemOf } from './ask.js';

const HOSPITAL = 'HOSP-Q';
const STUDIES = 12;
const NAMES = ['Ångström^Åsa', 'Doe^Jane', 'Doe^John', "O'Neil^Pat", 'Van Dijk^Jan', '山田^太郎'];

const two = (number: number) => String(number).padStart(2, '0');
const studyUid = (number: number) => `1.2.60.${number}`;

/** Study `number`: odd ones are MR, even ones CT with a second series of structured reports; two instances a series. */
function filesOf(number: number): readonly Buffer[] {
  const study = studyUid(number);
  const described: Attributes = {
    '00080005': ['CS', 'ISO_IR 192'],
    '00080008': ['CS', 'ORIGINAL\\PRIMARY'],
    '00080020': ['DA', `202601${two(number)}`],
    '00080030': ['TM', `${two(number)}3000`],
    '00080050': ['SH', `ACC-${two(number)}`],
    '00080060': ['CS', number % 2 ? 'MR' : 'CT'],
    '00080090': ['PN', number < 7 ? 'Refer^Anna' : 'Refer^Bert'],
    '00081030': ['LO', number % 3 ? 'Thorax' : 'Abdomen with contrast'],
    '0008103E': ['LO', `Series of ${number}`],
    '00100010': ['PN', NAMES[number % NAMES.length] as string],
    '00100020': ['LO', `P${number}`],
    '00100030': ['DA', `19${50 + number}0101`],
    '00100040': ['CS', number % 2 ? 'F' : 'M'],
    '00101010': ['AS', `0${two(number)}Y`],
    '00180015': ['CS', 'CHEST'],
    '00180050': ['DS', '2.5'],
  };
  const instances = (series: number, change: Attributes) =>
    [1, 2].map((instance) =>
      part10(
        ctSlice(
          { study, series: `${study}.${series}`, instance: `${study}.${series}.${instance}` },
          {
            ...described,
            '00200011': ['IS', String(series)],
            '00200013': ['IS', String(instance)],
            ...change,
          },
        ),
      ),
    );
  const reports: Attributes = {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.11'],
    '00080060': ['CS', 'SR'],
  };
  return number % 2 ? instances(1, {}) : [...instances(1, {}), ...instances(2, reports)];
}

const all = Array.from({ length: STUDIES }, (_, index) => index + 1);
const even = all.filter((number) => number % 2 === 0);
const odd = all.filter((number) => number % 2 === 1);

/** Queries of studies and the numbers of those that fit. */
const STUDY_QUERIES: readonly (readonly [string, readonly number[]])[] = [
  ['', all],
  ['PatientID=P3', [3]],
  ['00100020=P3', [3]],
  ['PatientID=p3', []],
  ['PatientID=P1*', [1, 10, 11, 12]],
  ['PatientID=P1?', [10, 11, 12]],
  ['PatientID=', all],
  ['PatientID=*', all],
  ['PatientName=Doe%5EJane', [1, 7]],
  ['PatientName=doe%5Ej*', [1, 2, 7, 8]],
  ['PatientName=*NGSTR*', [6, 12]],
  ['PatientName=%C3%A5ngstr%C3%B6m%5E%C3%A5sa', [6, 12]],
  ['PatientName=%E5%B1%B1%E7%94%B0*', [5, 11]],
  ["PatientName=O'Neil*", [3, 9]],
  ['PatientName=%25', []],
  ['PatientName=Angstroem&fuzzymatching=true', [6, 12]],
  ['PatientName=*jan*vandijk*&fuzzymatching=true', []],
  ['PatientName=*vandijk*&fuzzymatching=true', [4, 10]],
  ['PatientName=jane+doe&fuzzymatching=true', [1, 7]],
  ['PatientName=*doe*&fuzzymatching=true', [1, 2, 7, 8]],
  ['PatientName=Doe_J*', []],
  ['StudyDate=20260103', [3]],
  ['StudyDate=20260103-20260105', [3, 4, 5]],
  ['StudyDate=-20260102', [1, 2]],
  ['StudyDate=20260111-', [11, 12]],
  ['StudyDate=20270101-', []],
  ['StudyTime=0930', [9]],
  ['StudyTime=0930-1030', [9, 10]],
  ['StudyTime=-013000', [1]],
  ['StudyDate=20260103-20260105&StudyTime=0100-0200', [3, 4]],
  ['AccessionNumber=ACC-07', [7]],
  ['AccessionNumber=ACC-1?', [10, 11, 12]],
  ['ModalitiesInStudy=SR', even],
  ['ModalitiesInStudy=MR', odd],
  ['ModalitiesInStudy=MR,CT', all],
  ['Modality=SR', even],
  ['StudyDescription=Abdomen*', [3, 6, 9, 12]],
  ['ReferringPhysicianName=Refer%5EBert', [7, 8, 9, 10, 11, 12]],
  ['PatientBirthDate=19530101', [3]],
  ['PatientSex=F', odd],
  ['StudyID=S1', all],
  ['NumberOfStudyRelatedInstances=4', even],
  [`StudyInstanceUID=${studyUid(4)}`, [4]],
  [`StudyInstanceUID=${studyUid(4)},${studyUid(9)},1.2.3`, [4, 9]],
  [`StudyInstanceUID=${studyUid(4)}%5C${studyUid(9)}`, [4, 9]],
  ['PatientSex=M&StudyDate=20260104-20260107&ModalitiesInStudy=CT', [4, 6]],
  ['PatientID=P3&PatientSex=M', []],
];

const BAD: readonly (readonly [string, string])[] = [
  ['Bogus=1', 'Bogus'],
  ['0008=1', '0008'],
  ['StudyDate=2026', 'StudyDate'],
  ['StudyDate=20261301', 'StudyDate'],
  ['StudyDate=20260101-20260102-20260103', 'StudyDate'],
  ['StudyTime=25', 'StudyTime'],
  ['StudyInstanceUID=abc', 'StudyInstanceUID'],
  ['PatientID=a&PatientID=b', 'PatientID'],
  ['SOPInstanceUID=1.2.3', 'SOPInstanceUID'],
  ['limit=-1', 'limit'],
  ['limit=many', 'limit'],
  ['offset=-1', 'offset'],
  ['includefield=Bogus', 'includefield'],
  ['fuzzymatching=perhaps', 'fuzzymatching'],
  ['PatientName=%ff', 'PatientName'],
  ['PatientID=a%00b', 'PatientID'],
  ['SliceThickness=2.5', 'SliceThickness'],
];

const numbersOf = (found: readonly DicomJson[]) =>
  found.map((study) => Number(firstOf(study, '0020000D').slice('1.2.60.'.length)));
const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

export function searchSuite(archive: () => RunningArchive): void {
  describe('a search', () => {
    let caller: Caller;
    beforeAll(async () => {
      expect((await archive().arkim('onboard', HOSPITAL)).code).toBe(0);
      caller = await callerOf(archive(), { org: HOSPITAL, roles: ['radiologist', 'modality'] });
      expect((await caller.store(all.flatMap(filesOf))).status).toBe(200);
    });

    test.each(STUDY_QUERIES)('for studies with «%s» finds %j', async (query, expected) =>
      expect(ascending(numbersOf(await caller.search(`/studies?${query}`)))).toEqual(expected),
    );
    test.each(BAD)('with «%s» is 400 and names %s', async (query, name) => {
      const answer = await caller.ask(`/dicom-web/studies?${query}`);
      expect(answer.status).toBe(400);
      expect((await problemOf(answer)).detail).toContain(name);
    });
    test('tells all that is wrong at once', async () => {
      const answer = await caller.ask('/dicom-web/studies?Bogus=1&StudyDate=x&limit=y');
      const { detail } = await problemOf(answer);
      for (const name of ['Bogus', 'StudyDate', 'limit']) expect(detail).toContain(name);
    });

    test('goes page by page through every study once, in an order that stays', async () => {
      const whole = numbersOf(await caller.search('/studies'));
      for (const limit of [1, 5, 12, 100]) {
        const pages: number[] = [];
        for (let offset = 0; offset < STUDIES + limit; offset += limit)
          pages.push(...numbersOf(await caller.search(`/studies?limit=${limit}&offset=${offset}`)));
        expect(pages).toEqual(whole);
      }
    });
    test('that leaves results out says so', async () => {
      const warningOf = async (query: string) =>
        (await caller.ask(`/dicom-web/${query}`)).headers.get('warning');
      expect(await warningOf('studies')).toBeNull();
      expect(await warningOf('studies?limit=5')).toContain('299');
      expect(await warningOf('studies?limit=12')).toBeNull();
      expect(await warningOf('studies?fuzzymatching=true&PatientName=Doe')).toBeNull();
      expect(await warningOf('studies?fuzzymatching=true&PhysiciansOfRecord=Doe')).toContain('299');
    });
    test('as OHIF makes it is answered', async () => {
      const found = await caller.search(
        '/studies?limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090',
      );
      expect(numbersOf(found)).toHaveLength(STUDIES);
    });

    test('gives the attributes of PS3.18 Table 10.6.3-3 for a study', async () => {
      const [study] = await caller.search('/studies?PatientID=P4');
      expect(study).toMatchObject({
        '00080020': { vr: 'DA', Value: ['20260104'] },
        '00080030': { vr: 'TM', Value: ['043000'] },
        '00080050': { vr: 'SH', Value: ['ACC-04'] },
        '00080056': { vr: 'CS', Value: ['ONLINE'] },
        '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
        '00080090': { vr: 'PN', Value: [{ Alphabetic: 'Refer^Anna' }] },
        '00081190': { vr: 'UR', Value: [`${archive().origin}/dicom-web/studies/${studyUid(4)}`] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Van Dijk^Jan' }] },
        '00100020': { vr: 'LO', Value: ['P4'] },
        '00100030': { vr: 'DA', Value: ['19540101'] },
        '00100040': { vr: 'CS', Value: ['M'] },
        '0020000D': { vr: 'UI', Value: [studyUid(4)] },
        '00200010': { vr: 'SH', Value: ['S1'] },
        '00201206': { vr: 'IS', Value: [2] },
        '00201208': { vr: 'IS', Value: [4] },
      });
    });
    test('gives the attributes of PS3.18 Table 10.6.3-4 for a series', async () => {
      const [series] = await caller.search(`/studies/${studyUid(4)}/series?SeriesNumber=2`);
      expect(series).toMatchObject({
        '00080060': { vr: 'CS', Value: ['SR'] },
        '0008103E': { vr: 'LO', Value: ['Series of 4'] },
        '0020000E': { vr: 'UI', Value: [`${studyUid(4)}.2`] },
        '00200011': { vr: 'IS', Value: [2] },
        '00201209': { vr: 'IS', Value: [2] },
      });
      expect(firstOf(series, '00081190')).toMatch(
        /\/studies\/1\.2\.60\.4\/series\/1\.2\.60\.4\.2$/,
      );
    });
    test('gives the attributes of PS3.18 Table 10.6.3-5 for an instance', async () => {
      const path = `/studies/${studyUid(3)}/series/${studyUid(3)}.1/instances?InstanceNumber=2`;
      const [instance] = await caller.search(path);
      expect(instance).toMatchObject({
        '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
        '00080018': { vr: 'UI', Value: [`${studyUid(3)}.1.2`] },
        '00080056': { vr: 'CS', Value: ['ONLINE'] },
        '00200013': { vr: 'IS', Value: [2] },
        '00280010': { vr: 'US', Value: [8] },
        '00280011': { vr: 'US', Value: [8] },
        '00280100': { vr: 'US', Value: [16] },
      });
    });
    test('shows the levels above that the path does not fix', async () => {
      const [series] = await caller.search('/series?PatientID=P3');
      expect([firstOf(series, '00100020'), firstOf(series, '0020000E')]).toEqual([
        'P3',
        `${studyUid(3)}.1`,
      ]);
      const [instance] = await caller.search(`/instances?SOPInstanceUID=${studyUid(3)}.1.2`);
      expect(['00100020', '0020000E', '00080018'].map((tag) => firstOf(instance, tag))).toEqual([
        'P3',
        `${studyUid(3)}.1`,
        `${studyUid(3)}.1.2`,
      ]);
    });

    test.each([
      ['/series', 18],
      ['/series?Modality=SR', 6],
      ['/series?Modality=SR,MR', 12],
      ['/series?PatientID=P4', 2],
      ['/series?SeriesDescription=Series%20of%204', 2],
      ['/series?BodyPartExamined=CHEST', 18],
      [`/series?SeriesInstanceUID=${studyUid(4)}.2`, 1],
      [`/series?StudyInstanceUID=${studyUid(4)}`, 2],
      [`/studies/${studyUid(4)}/series`, 2],
      [`/studies/${studyUid(4)}/series?Modality=MR`, 0],
      ['/studies/1.2.3/series', 0],
      ['/instances', 36],
      ['/instances?Modality=SR', 12],
      ['/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.88.11', 12],
      ['/instances?InstanceNumber=1', 18],
      ['/instances?PatientID=P4&InstanceNumber=2', 2],
      ['/instances?SliceThickness=2.5&PatientID=P4', 4],
      ['/instances?ImageType=ORIGINAL&PatientID=P4', 4],
      ['/instances?limit=7', 7],
      ['/studies?limit=0', 0],
      ['/studies?limit=999999999', 12],
      ['/studies?offset=999999999', 0],
      ['/instances?offset=36', 0],
      ['/studies?accept=application%2Fjson&PatientID=P1', 1],
      ['/instances?limit=7&offset=35', 1],
      [`/studies/${studyUid(4)}/instances`, 4],
      [`/studies/${studyUid(4)}/instances?SeriesNumber=2`, 2],
      [`/studies/${studyUid(4)}/series/${studyUid(4)}.1/instances`, 2],
      [`/studies/${studyUid(4)}/series/${studyUid(4)}.1/instances?SOPInstanceUID=1.2.3`, 0],
      [`/studies/${studyUid(4)}/series/${studyUid(5)}.1/instances`, 0],
    ])('%s finds %i', async (path, count) => expect(await caller.search(path)).toHaveLength(count));
    test('goes page by page through every instance once', async () => {
      const uidsOf = async (query: string) =>
        (await caller.search(`/instances?${query}`)).map((found) => firstOf(found, '00080018'));
      const pages: string[] = [];
      for (let offset = 0; offset < 40; offset += 8)
        pages.push(...(await uidsOf(`limit=8&offset=${offset}`)));
      expect(pages).toEqual(await uidsOf(''));
      expect(new Set(pages).size).toBe(36);
    });

    test('shows what is asked for with includefield', async () => {
      const [plain] = await caller.search(`/studies/${studyUid(3)}/instances`);
      expect(plain?.['00180050']).toBeUndefined();
      for (const name of ['SliceThickness', '00180050', 'ImageType,SliceThickness', 'all']) {
        const [instance] = await caller.search(
          `/studies/${studyUid(3)}/instances?includefield=${name}`,
        );
        expect(instance?.['00180050'], name).toEqual({ vr: 'DS', Value: [2.5] });
      }
      const [study] = await caller.search('/studies?PatientID=P3&includefield=PatientAge');
      expect(study?.['00101010']).toEqual({ vr: 'AS', Value: ['003Y'] });
      const [all] = await caller.search(`/studies/${studyUid(3)}/instances?includefield=all`);
      expect(all?.['7FE00010']).toBeUndefined();
    });
    test('is answered in XML to those who accept that', async () => {
      const accept = 'multipart/related; type="application/dicom+xml"';
      const answer = await caller.ask('/dicom-web/studies?PatientID=P3', { accept });
      expect(answer.headers.get('content-type')).toContain('application/dicom+xml');
      expect(await answer.text()).toContain('<Value number="1">P3</Value>');
    });
    test('for a path that holds no UID is 404', async () => {
      expect((await caller.ask('/dicom-web/studies/1.2.x/series')).status).toBe(404);
    });
  });
}
