import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { sampleFile } from '../../apps/archive-api/src/stored-files.testing.js';
import type { Hospital, Who } from './access-archive.js';
import { type AttackedArchive, attackedArchive, fileOf, uidsOf } from './attacked-archive.js';

/* Authority NAT is known to all hospitals: a patient of it is the same person in each. */
const SETTINGS = { authorities: { issuers: { NAT: 'NAT' } } };
const PATIENT = { authority: 'NAT', value: '19800101' };
const SAMPLES: Readonly<Record<Hospital, readonly string[]>> = {
  'HOSP-A': ['ct-abdomen/01', 'ct-abdomen/02', 'ct-small/01', 'report/01', 'us-jpeg2000/01'],
  'HOSP-B': ['mr-head/01', 'mr-head/02', 'mr-enhanced/01'],
  'HOSP-C': ['dx-chest/01', 'mr-rle/01'],
};
const EXAMS: Readonly<Record<Hospital, string>> = {
  'HOSP-A': '1.2.40001',
  'HOSP-B': '1.2.40002',
  'HOSP-C': '1.2.40003',
};

const radiologist = (organisation: string, changes: Who = {}): Who => ({
  organisation,
  roles: ['radiologist'],
  subject: `radiologist of ${organisation}`,
  purpose: 'TREAT',
  ...changes,
});
const A = radiologist('HOSP-A');
const PATIENT_TOKEN: Who = {
  organisation: 'AGENCY',
  roles: ['patient'],
  subject: 'the patient',
  patient: `${PATIENT.authority}:${PATIENT.value}`,
};

let archive: AttackedArchive;
beforeAll(async () => {
  archive = await attackedArchive();
  await archive.pool.query('update hospitals set settings = $1', [SETTINGS]);
  for (const [hospital, paths] of Object.entries(SAMPLES)) {
    const modality = { organisation: hospital, roles: ['modality'] };
    const files = await Promise.all(paths.map((path) => sampleFile(`${hospital}/${path}.dcm`)));
    expect((await archive.store(modality, files)).status).toBe(200);
    const exam = fileOf(uidsOf(EXAMS[hospital as Hospital]), {
      '00080080': ['LO', 'HOSP-Z'],
      '00100020': ['LO', PATIENT.value],
      '00100021': ['LO', PATIENT.authority],
    });
    expect((await archive.store(modality, [exam])).status).toBe(200);
  }
});
afterAll(() => archive.close());

const textOf = (row: DicomJson, tag: string) => String(row[tag]?.Value?.[0]);
const studiesFor = async (who: Who, query = '') =>
  (await archive.search(who, `/studies?limit=100${query}`)).map((row) => textOf(row, '0020000D'));
const retrieveUrl = (row: DicomJson) => new URL(textOf(row, '00081190')).pathname;
const statusOf = async (who: Who, path: string) => (await archive.ask(path, who)).status;
const examPath = (hospital: Hospital) => `/dicom-web/studies/${EXAMS[hospital]}`;

const command = async (who: Who, method: string, path: string, body?: object) => {
  const answer = await archive.ask(path, who, {
    method,
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = answer.body.toString();
  return { status: answer.status, id: text === '' ? '' : String(JSON.parse(text).id) };
};
const treats = (who: Who) =>
  command(who, 'POST', '/governance/relationships', {
    patient: PATIENT,
    attestation: 'I take part in the care of this patient.',
    purpose: 'TREAT',
  });

/** Opens all that a search found at its own address, as a viewer would. */
async function openAll(who: Who, rows: readonly DicomJson[]): Promise<void> {
  for (const row of rows) {
    const address = retrieveUrl(row);
    expect([address, await statusOf(who, address)]).toEqual([address, 200]);
    const metadata = await archive.ask(`${address}/metadata`, who);
    for (const header of JSON.parse(metadata.body.toString()) as readonly DicomJson[]) {
      const [series, instance] = [textOf(header, '0020000E'), textOf(header, '00080018')];
      const path = `${address}/series/${series}/instances/${instance}`;
      expect([path, await statusOf(who, path)]).toEqual([path, 200]);
      for (const bulk of Object.values(header).flatMap(({ BulkDataURI: uri }) => uri ?? []))
        expect(await statusOf(who, new URL(bulk).pathname)).toBe(200);
    }
  }
}

describe('R-001 one archive, all hospitals', () => {
  test.each(Object.keys(SAMPLES) as Hospital[])(
    'what %s stores is found by it at once, under the hospital of the credential and not of a tag',
    async (hospital) => {
      const found = await studiesFor(radiologist(hospital));
      expect(found).toContain(EXAMS[hospital]);
      for (const other of Object.keys(SAMPLES) as Hospital[])
        expect(found.includes(EXAMS[other])).toBe(other === hospital);
      const { rows } = await archive.pool.query(
        'select distinct hospital from study_access where study_uid = $1',
        [EXAMS[hospital]],
      );
      expect(rows).toEqual([{ hospital }]);
    },
  );
});

describe('R-002 own images first-class', () => {
  test('a radiologist lists and opens all studies of the hospital with no extra step', async () => {
    const rows = await archive.search(A, '/studies');
    expect(rows).toHaveLength(5);
    await openAll(A, rows);
    for (const row of rows) expect(retrieveUrl(row)).not.toContain('/claims/');
  });
});

describe('R-003 images of others only by the policy', () => {
  test('without a relationship they are not listed, and a try is written down', async () => {
    expect(await studiesFor(A, `&StudyInstanceUID=${EXAMS['HOSP-B']}`)).toEqual([]);
    expect(await statusOf(A, examPath('HOSP-B'))).toBe(404);
    expect(archive.records.at(-1)).toMatchObject({
      outcome: 'deny',
      rule: 'default-deny',
      claim: archive.claimOf('HOSP-B', EXAMS['HOSP-B']),
      hospital: 'HOSP-B',
      person: archive.api.ports.ids.patient(PATIENT.authority, PATIENT.value),
    });
  });
  test('who declares to treat the patient finds and opens those of the same person, at exact addresses', async () => {
    expect((await treats(A)).status).toBe(201);
    const rows = await archive.search(A, '/studies?PatientID=19800101');
    const claims = (['HOSP-B', 'HOSP-C'] as const).map((hospital) => {
      const claim = archive.claimOf(hospital, EXAMS[hospital]);
      return `/dicom-web/claims/${claim}/studies/${EXAMS[hospital]}`;
    });
    expect(rows.map(retrieveUrl).toSorted()).toEqual([examPath('HOSP-A'), ...claims].toSorted());
    await openAll(A, rows);
    expect(await statusOf(A, examPath('HOSP-B'))).toBe(200);
    expect(await studiesFor(A)).toHaveLength(7);
  });
  test('nobody else of the hospital does', async () => {
    const colleague = radiologist('HOSP-A', { subject: 'a colleague' });
    expect(await studiesFor(colleague)).toHaveLength(5);
    expect(await statusOf(colleague, examPath('HOSP-B'))).toBe(404);
  });
  test('when the patient opposes, they are gone for others and stay for their hospital', async () => {
    const { status, id } = await command(PATIENT_TOKEN, 'POST', '/governance/oppositions', {});
    expect(status).toBe(201);
    archive.later();
    expect(await studiesFor(A)).toHaveLength(5);
    for (const path of [examPath('HOSP-B'), `${examPath('HOSP-C')}/metadata`])
      expect(await statusOf(A, path)).toBe(404);
    expect(await statusOf(radiologist('HOSP-B'), examPath('HOSP-B'))).toBe(200);
    await command(PATIENT_TOKEN, 'DELETE', `/governance/oppositions/${id}`);
    expect(await studiesFor(A)).toHaveLength(7);
  });
});

describe('R-007 every read is attributable', () => {
  test('each resource leaves one record of person, organisation, purpose and reason', async () => {
    const { study, series, instance } = uidsOf(EXAMS['HOSP-C']);
    const path = `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
    const uri = `/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}`;
    const before = archive.records.length;
    const kinds = {
      instances: path,
      metadata: `${path}/metadata`,
      frames: `${path}/frames/1`,
      rendered: uri,
      thumbnail: `${path}/thumbnail`,
      bulkdata: `${path}/bulkdata/7FE00010`,
      pixeldata: `${path}/pixeldata`,
    };
    for (const [kind, address] of Object.entries(kinds))
      expect([kind, await statusOf(A, address)]).toEqual([kind, 200]);
    const records = archive.records.slice(before);
    expect(records.map(({ kind }) => kind)).toEqual(Object.keys(kinds));
    for (const record of records)
      expect(record).toMatchObject({
        outcome: 'permit',
        rule: 'self-declared',
        hospital: 'HOSP-C',
        obligations: expect.arrayContaining(['log', 'attest', 'notify-patient']),
        subject: { organisation: 'HOSP-A', purpose: 'TREAT', roles: ['radiologist'] },
      });
    expect(new Set(records.map(({ subject }) => subject.actor)).size).toBe(1);
  });
  test('the patient opens all of their own studies, wherever they are', async () => {
    const rows = await archive.search(PATIENT_TOKEN, '/studies');
    expect(rows.map((row) => textOf(row, '0020000D')).toSorted()).toEqual(Object.values(EXAMS));
    await openAll(PATIENT_TOKEN, rows);
    expect(archive.records.at(-1)).toMatchObject({ rule: 'patient-reads-own' });
    expect(await statusOf({ ...PATIENT_TOKEN, patient: 'NAT:1' }, examPath('HOSP-A'))).toBe(404);
  });
});

describe('R-302 within a group more is shared than in the nation', () => {
  test('a restricted study is opened by who treats in the group, and not by who treats elsewhere', async () => {
    const claim = archive.claimOf('HOSP-B', EXAMS['HOSP-B']);
    await archive.pool.query(`update study_access set confidentiality = 'R' where claim = $1`, [
      claim,
    ]);
    await archive.pool.query(
      `insert into relationships (id, patient, person, organisation, kind, valid_from)
       select 'encounter-' || h, patient, person, h, 'encounter', now() from study_access, unnest($2::text[]) as h where claim = $1`,
      [claim, ['HOSP-A', 'HOSP-C']],
    );
    await archive.pool.query(
      `update hospitals set hospital_group = 'G' where hospital in ('HOSP-B', 'HOSP-C')`,
    );
    await archive.pool.query('update registry_state set version = version + 1');
    await archive.api.ports.registry.look();
    archive.later();
    const inGroup = radiologist('HOSP-C');
    expect(await statusOf(inGroup, examPath('HOSP-B'))).toBe(200);
    expect(archive.records.at(-1)).toMatchObject({ rule: 'group-treats' });
    expect(await studiesFor(inGroup)).toContain(EXAMS['HOSP-B']);
    expect(await statusOf(A, examPath('HOSP-B'))).toBe(404);
    expect(await studiesFor(A)).not.toContain(EXAMS['HOSP-B']);
  });
});

describe('R-404 the exam of hospital C is seen from hospital A', () => {
  test('by who treats the patient there, image by image', async () => {
    const rows = await archive.search(A, `/studies?StudyInstanceUID=${EXAMS['HOSP-C']}`);
    expect(rows).toHaveLength(1);
    await openAll(A, rows);
    const series = await archive.search(A, `/studies/${EXAMS['HOSP-C']}/series`);
    const address = retrieveUrl(series[0]!);
    expect(address).toContain(`/claims/${archive.claimOf('HOSP-C', EXAMS['HOSP-C'])}/`);
    const frame = await archive.ask(`${address}/instances/${EXAMS['HOSP-C']}.1.1/frames/1`, A);
    const own = await archive.ask(
      `${examPath('HOSP-C')}/series/${EXAMS['HOSP-C']}.1/instances/${EXAMS['HOSP-C']}.1.1/frames/1`,
      radiologist('HOSP-C'),
    );
    expect([frame.status, own.status]).toEqual([200, 200]);
    expect(frame.headers['content-location'] ?? '').toContain('/claims/');
  });
});

describe('D7 claims of one Study Instance UID', () => {
  const taken = uidsOf(EXAMS['HOSP-C']);
  const claimPath = (hospital: Hospital) =>
    `/dicom-web/claims/${archive.claimOf(hospital, taken.study)}/studies/${taken.study}`;
  const descriptionAt = async (path: string) => {
    const { body } = await archive.ask(`${path}/metadata`, A);
    const [header] = JSON.parse(body.toString()) as readonly DicomJson[];
    return textOf(header ?? {}, '00081030');
  };

  test('are rows of their own, each with its exact address; without one the own comes first', async () => {
    const own = fileOf(taken, {
      '00081030': ['LO', 'the copy of A'],
      '00100020': ['LO', PATIENT.value],
      '00100021': ['LO', PATIENT.authority],
    });
    expect(
      (await archive.store({ organisation: 'HOSP-A', roles: ['modality'] }, [own])).status,
    ).toBe(200);
    for (const path of ['/studies?', `/studies/${taken.study}/series?`, '/instances?']) {
      const rows = await archive.search(A, `${path}StudyInstanceUID=${taken.study}`);
      const roots = rows.map((row) => retrieveUrl(row).slice(0, claimPath('HOSP-A').length));
      expect([path, roots.toSorted()]).toEqual([
        path,
        [claimPath('HOSP-A'), claimPath('HOSP-C')].toSorted(),
      ]);
    }
    expect(await descriptionAt(claimPath('HOSP-C'))).toBe('Thorax');
    expect(await descriptionAt(claimPath('HOSP-A'))).toBe('the copy of A');
    expect(await descriptionAt(`/dicom-web/studies/${taken.study}`)).toBe('the copy of A');
  });
  test('name themselves in all that they answer', async () => {
    const { body, headers } = await archive.ask(`${claimPath('HOSP-C')}/metadata`, A);
    expect(String(headers['content-location'])).toContain(claimPath('HOSP-C'));
    const [header] = JSON.parse(body.toString()) as readonly DicomJson[];
    expect(header?.['7FE00010']?.BulkDataURI).toContain(claimPath('HOSP-C'));
  });
});
