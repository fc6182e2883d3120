import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../identity/fhir-archive.js';
import {
  AGENCY,
  byIdentifier,
  doctorOf,
  type Exam,
  entriesOf,
  type ImagingArchive,
  imagingArchive,
  linkOf,
  type Named,
  studiesIn,
  uidOf,
  type Who,
} from './imaging-archive.js';

const [IN_A, IN_B, IN_C, STRANGER, MASKED] = [101, 102, 103, 104, 105];
const EXAMS: readonly Exam[] = [
  { study: IN_A, hospital: 'HOSP-A', patient: 'W1', change: { '00080020': ['DA', '20260301'] } },
  { study: IN_B, hospital: 'HOSP-B', patient: 'W9', change: { '00080020': ['DA', '20260201'] } },
  { study: IN_C, hospital: 'HOSP-C', patient: 'W5', change: { '00080020': ['DA', '20260101'] } },
  { study: STRANGER, hospital: 'HOSP-B', patient: 'W1' },
];
const [A, B, C]: readonly Named[] = [
  ['HOSP-A', 'W1'],
  ['HOSP-B', 'W9'],
  ['HOSP-C', 'W5'],
];
const TIMELINE = [IN_A, IN_B, IN_C].map(uidOf);

let archive: ImagingArchive;
beforeAll(async () => {
  archive = await imagingArchive();
  await archive.store(...EXAMS);
});
afterAll(() => archive.close());

const searched = (query: string, who = AGENCY) => archive.ask(`ImagingStudy?${query}`, who);
const subjectsIn = (resources: readonly Json[]) => [
  ...new Set(resources.map(({ subject }) => (subject as { reference?: string }).reference)),
];

test('R-403: parted, each identifier has its own studies', async () => {
  expect(studiesIn(await searched(byIdentifier(A!)))).toEqual([uidOf(IN_A)]);
  expect(studiesIn(await searched(byIdentifier(['HOSP-B', 'W1'])))).toEqual([uidOf(STRANGER)]);
});

describe('linked', () => {
  beforeAll(async () => {
    expect(await archive.tie('$link', A!, B!)).toBe(200);
    expect(await archive.tie('$link', B!, C!)).toBe(200);
    await archive.treats('HOSP-A', A!);
  });

  test('R-004: the agency finds one person with the studies of all hospitals, under any identifier', async () => {
    for (const named of [A!, B!, C!]) {
      const found = await searched(`${byIdentifier(named)}&_include=ImagingStudy:patient`);
      expect(studiesIn(found)).toEqual(TIMELINE);
      expect(found.body['total']).toBe(3);
      const patient = archive.patientOf(named);
      expect(subjectsIn(entriesOf(found, 'match'))).toEqual([`Patient/${patient}`]);
      expect(entriesOf(found, 'include')).toMatchObject([{ resourceType: 'Patient', id: patient }]);
      const byId = await searched(`patient=Patient/${patient}`);
      expect(studiesIn(byId)).toEqual(TIMELINE);
    }
  });

  test('R-403: who treats the person in one hospital has one timeline of all, and nobody else of it', async () => {
    const doctor = doctorOf('HOSP-A');
    const found = await searched(byIdentifier(A!), doctor);
    expect(studiesIn(found)).toEqual(TIMELINE);
    expect(subjectsIn(entriesOf(found, 'match'))).toEqual([`Patient/${archive.patientOf(A!)}`]);
    expect(studiesIn(await searched(byIdentifier(B!), doctor))).toEqual([]);
    const other = doctorOf('HOSP-B');
    expect(studiesIn(await searched(byIdentifier(B!), other))).toEqual([uidOf(IN_B)]);
    expect(studiesIn(await searched(`_id=${archive.claimOf(EXAMS[0]!)}`, other))).toEqual([]);
  });

  test('R-404: the exam of hospital C is opened from hospital A at the endpoint that came with it, with the same token', async () => {
    const doctor = doctorOf('HOSP-A');
    const found = await searched(`${byIdentifier(A!)}&_include=ImagingStudy:endpoint`, doctor);
    const endpoints = new Map(
      entriesOf(found, 'include').map((endpoint) => [`Endpoint/${endpoint['id']}`, endpoint]),
    );
    expect(endpoints.size).toBe(3);
    for (const study of entriesOf(found, 'match')) {
      const [{ reference }] = study['endpoint'] as [{ reference: string }];
      const endpoint = endpoints.get(reference)!;
      expect(endpoint).toMatchObject({ connectionType: { code: 'dicom-wado-rs' } });
      expect((await archive.ask(reference, doctor)).body).toEqual(endpoint);
      const [{ value }] = study['identifier'] as [{ value: string }];
      const root = `${endpoint['address']}/studies/${value.replace('urn:oid:', '')}`;
      for (const path of ['', '/metadata'])
        expect((await archive.fetched(root + path, doctor)).status).toBe(200);
      const [{ uid, instance }] = (await archive.ask(`ImagingStudy/${study['id']}`, doctor)).body[
        'series'
      ] as [{ uid: string; instance: [{ uid: string }] }];
      const frame = `${root}/series/${uid}/instances/${instance[0].uid}/frames/1`;
      expect((await archive.fetched(frame, doctor)).status).toBe(200);
      expect((await archive.fetched(root, doctorOf('HOSP-B'))).status).toBe(
        value.endsWith(String(IN_B)) ? 200 : 404,
      );
    }
  });

  test('a masked study leaves no trace: not in the page, the total, the links or an answer to its id', async () => {
    const query = `${byIdentifier(A!)}&_include=ImagingStudy:endpoint&_count=3`;
    const doctor = doctorOf('HOSP-A');
    const before = await searched(query, doctor);
    const masked: Exam = { study: MASKED, hospital: 'HOSP-B', patient: 'W9' };
    await archive.store(masked);
    const claim = archive.claimOf(masked);
    await archive.pool.query(`update study_access set confidentiality = 'V' where claim = $1`, [
      claim,
    ]);
    expect((await searched(query, doctor)).body).toEqual(before.body);
    expect(linkOf(before, 'next')).toBeUndefined();
    const guessed = '0123456789abcdef'.repeat(2);
    for (const type of ['ImagingStudy', 'Endpoint']) {
      const [there, not] = await Promise.all(
        [claim, guessed].map((id) => archive.ask(`${type}/${id}`, doctor)),
      );
      expect([there!.status, there!.body]).toEqual([404, not!.body]);
    }
    expect(studiesIn(await searched(`identifier=urn:oid:${uidOf(MASKED)}`, doctor))).toEqual([]);
    const own = await searched(byIdentifier(B!), doctorOf('HOSP-B'));
    expect(own.body['total']).toBe(1);
  });

  test('a patient who opposes is not known to others, and knows all of it', async () => {
    const self = { organisation: 'AGENCY', roles: ['patient'], patient: 'HOSP-C:W5' };
    await archive.pool.query(
      `insert into oppositions (id, patient, person, valid_from) select 'o', patient, person, now() from patient_ids where patient = $1`,
      [archive.patientOf(A!)],
    );
    expect((await searched(byIdentifier(A!))).body).toMatchObject({ total: 0 });
    expect(studiesIn(await searched(byIdentifier(A!), doctorOf('HOSP-A')))).toEqual([uidOf(IN_A)]);
    const own = await searched('', self);
    expect(studiesIn(own)).toEqual(expect.arrayContaining(TIMELINE));
    expect(subjectsIn(entriesOf(own, 'match'))).toEqual([`Patient/${archive.patientOf(C!)}`]);
    await archive.pool.query('delete from oppositions');
  });

  test('the same Study UID in two hospitals is two resources, in one order from both ends', async () => {
    const copy: Exam = { ...EXAMS[2]!, hospital: 'HOSP-A', patient: 'W1' };
    await archive.store(copy);
    const walk = async (who: Who, sort: string) => {
      const ids: unknown[] = [];
      let address: string | undefined = `ImagingStudy?${byIdentifier(A!)}&_count=1&_sort=${sort}`;
      while (address !== undefined) {
        const page = await archive.ask(address, who);
        expect(page.body['total']).toBe(4);
        ids.push(...entriesOf(page, 'match').map(({ id }) => id));
        address = linkOf(page, 'next');
      }
      return ids;
    };
    const claims = [...EXAMS.slice(0, 2), copy, EXAMS[2]!].map(archive.claimOf);
    const down = await walk(doctorOf('HOSP-A'), '-started');
    expect(down).toEqual(claims);
    expect(await walk(doctorOf('HOSP-A'), 'started')).toEqual(down.toReversed());
    const all = await walk(AGENCY, '-started');
    expect(all.toSorted()).toEqual(claims.toSorted());
    expect(await walk(AGENCY, 'started')).toEqual(all.toReversed());
    await archive.pool.query('delete from study_access where claim = $1', [archive.claimOf(copy)]);
  });

  test('parted again, all is as it was', async () => {
    expect(await archive.tie('$unlink', A!, B!)).toBe(200);
    expect(studiesIn(await searched(byIdentifier(A!)))).toEqual([uidOf(IN_A)]);
    expect(studiesIn(await searched(byIdentifier(C!)))).toEqual([IN_B, IN_C].map(uidOf));
  });
});
