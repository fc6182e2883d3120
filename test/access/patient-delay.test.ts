import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AttackedArchive, attackedArchive, fileOf, uidsOf } from './attacked-archive.js';

const PATIENT = { authority: 'NAT', value: 'patient' };
const SETTINGS = {
  authorities: { issuers: { NAT: 'NAT' } },
  patientAccess: { afterDays: 7 },
};
const NEW = '1.2.50001';
const OLD = '1.2.50002';
const PATIENT_TOKEN = {
  organisation: 'AGENCY',
  roles: ['patient'],
  subject: 'the patient',
  patient: `${PATIENT.authority}:${PATIENT.value}`,
};
const RADIOLOGIST = { organisation: 'HOSP-A', roles: ['radiologist'], subject: 'radiologist' };

const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

let archive: AttackedArchive;
beforeAll(async () => {
  archive = await attackedArchive();
  await archive.pool.query('update hospitals set settings = $1', [SETTINGS]);
  const exam = (study: string, date: string) =>
    fileOf(uidsOf(study), {
      '00080020': ['DA', date],
      '00100020': ['LO', PATIENT.value],
      '00100021': ['LO', PATIENT.authority],
    });
  const files = [exam(NEW, daysAgo(2)), exam(OLD, daysAgo(9))];
  const modality = { organisation: 'HOSP-A', roles: ['modality'] };
  expect((await archive.store(modality, files)).status).toBe(200);
});
afterAll(() => archive.close());

const found = async (who: object) =>
  (await archive.search(who, '/studies'))
    .map((row) => String(row['0020000D']?.Value?.[0]))
    .toSorted();
const statusOf = async (who: object, study: string) =>
  (await archive.ask(`/dicom-web/studies/${study}/metadata`, who)).status;

test('patients find and open an exam when the days of their hospital are over, clinicians at once', async () => {
  expect(await found(RADIOLOGIST)).toEqual([NEW, OLD]);
  expect(await statusOf(RADIOLOGIST, NEW)).toBe(200);
  expect(await found(PATIENT_TOKEN)).toEqual([OLD]);
  expect(await statusOf(PATIENT_TOKEN, OLD)).toBe(200);
  expect(await statusOf(PATIENT_TOKEN, NEW)).toBe(404);
  expect(archive.records.at(-1)).toMatchObject({ outcome: 'deny', rule: 'not-yet-released' });
  await archive.pool.query('update hospitals set settings = $1', [
    { ...SETTINGS, patientAccess: { afterDays: 2 } },
  ]);
  archive.later();
  expect(await found(PATIENT_TOKEN)).toEqual([NEW, OLD]);
  expect(await statusOf(PATIENT_TOKEN, NEW)).toBe(200);
});
