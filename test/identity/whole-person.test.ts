import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DemoClaims } from '#platform/demo-issuer';
import { type FhirArchive, fhirArchive, type Json, systemOf } from './fhir-archive.js';

const AGENCY = { role: 'agency', hospital: 'AGENCY' };
const [IN_A, IN_B, STRANGER] = [7_001, 7_002, 7_003];

let fhir: FhirArchive;
beforeAll(async () => {
  fhir = await fhirArchive();
  await fhir.store(IN_A, 'W1', 'HOSP-A');
  await fhir.store(IN_B, 'W9', 'HOSP-B');
  await fhir.store(STRANGER, 'W1', 'HOSP-B');
});
afterAll(() => fhir.close());

/** The studies that a search shows this caller. */
const studiesOf = async (claims: Partial<DemoClaims>, query = ''): Promise<readonly string[]> => {
  const { url, sign } = fhir.api;
  const headers = { authorization: `Bearer ${await sign(claims)}` };
  const answer = await fetch(`${url}/dicom-web/studies${query}`, { headers });
  const rows = answer.status === 204 ? [] : ((await answer.json()) as Json[]);
  return rows.map((row) => (row['0020000D'] as { Value: string[] }).Value[0] ?? '').sort();
};
const uid = (study: number) => `1.2.${study}`;
const patient = (of: string) => ({
  organisation: 'AGENCY',
  roles: ['patient'],
  patient: of,
  purpose: 'PATRQT',
});
const doctorB = { organisation: 'HOSP-B', roles: ['physician'], purpose: 'TREAT' };
const pair = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'source', valueIdentifier: { system: systemOf('HOSP-A'), value: 'W1' } },
    { name: 'target', valueIdentifier: { system: systemOf('HOSP-B'), value: 'W9' } },
    { name: 'reason', valueCode: 'same-person' },
  ],
};

test('R-004, R-403: linked, a patient is one person whose studies of all hospitals are found; parted, all is as it was', async () => {
  expect(await studiesOf(patient('HOSP-A:W1'))).toEqual([uid(IN_A)]);
  expect(await studiesOf(patient('HOSP-B:W9'))).toEqual([uid(IN_B)]);
  expect((await fhir.post('Patient/$link', AGENCY, pair)).status).toBe(200);
  for (const own of ['HOSP-A:W1', 'HOSP-B:W9'])
    expect(await studiesOf(patient(own))).toEqual([uid(IN_A), uid(IN_B)]);
  expect(await studiesOf(patient('HOSP-B:W1'))).toEqual([uid(STRANGER)]);
  expect((await fhir.post('Patient/$unlink', AGENCY, pair)).status).toBe(200);
  expect(await studiesOf(patient('HOSP-A:W1'))).toEqual([uid(IN_A)]);
  expect(await studiesOf(patient('HOSP-B:W9'))).toEqual([uid(IN_B)]);
});

test('R-403: whoever treats the person finds the studies of other hospitals too, as long as the identifiers are linked', async () => {
  const ownOnly = [uid(IN_B), uid(STRANGER)].sort();
  /* The second is planned by what the first knew: the search behind the relationship must not be. */
  for (const _ of [1, 2]) expect(await studiesOf(doctorB)).toEqual(ownOnly);
  const { pool, ingest } = fhir.archive;
  await pool.query(
    `insert into relationships (id, patient, person, organisation, kind, valid_from)
     select 'treated', patient, person, 'HOSP-B', 'encounter', now() from patient_ids where patient = $1`,
    [ingest.ids.patient('HOSP-B', 'W9')],
  );
  expect(await studiesOf(doctorB)).toEqual(ownOnly);
  expect((await fhir.post('Patient/$link', AGENCY, pair)).status).toBe(200);
  expect(await studiesOf(doctorB)).toEqual([uid(IN_A), ...ownOnly].sort());
  const named = (value: string, issuer: string) =>
    `?PatientID=${value}&IssuerOfPatientID=${issuer}&ModalitiesInStudy=CT`;
  expect(await studiesOf(doctorB, named('W9', 'HOSP-B'))).toEqual([uid(IN_A), uid(IN_B)]);
  expect(await studiesOf(doctorB, named('W1', 'HOSP-A'))).toEqual([]);
  expect(await studiesOf(doctorB, '?PatientID=W9')).toEqual([uid(IN_B)]);
  expect((await fhir.post('Patient/$unlink', AGENCY, pair)).status).toBe(200);
  expect(await studiesOf(doctorB)).toEqual(ownOnly);
  expect(await studiesOf(doctorB, named('W9', 'HOSP-B'))).toEqual([uid(IN_B)]);
});
