import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AGENCY,
  type Json,
  type ManifestArchive,
  manifestArchive,
  NATION,
} from './manifest-archive.js';

const ANNA = `patient.identifier=urn:oid:${NATION}|anna`;

let archive: ManifestArchive;
beforeAll(async () => {
  archive = await manifestArchive();
  for (const [at, hospital] of ['HOSP-A', 'HOSP-B', 'HOSP-C'].entries())
    await archive.store(hospital, at + 1, 'anna');
  await archive.core.pool.query(
    `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, words, terms)
     select claim, hospital, 'CT', '{}', '{774007}', 'none', 'unknown', '{}', 'none', 0, '{}', 'test' from study_access
     where hospital = 'HOSP-A'
     on conflict (claim) do update set coarse = excluded.coarse`,
  );
  await archive.publish();
});
afterAll(() => archive.close());

const countOf = async (query: string) =>
  (await archive.find(`${ANNA}&status=current&${query}`)).length;
const statusOf = async (query: string) =>
  (await archive.ask(`/fhir/DocumentReference?${query}`, AGENCY)).status;

describe('documents are found', () => {
  test.each([
    ['format=urn:ihe:rad:MADO:fhir-manifest:2026', 3],
    [
      'format=http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode|urn:ihe:rad:MADO:fhir-manifest:2026',
      3,
    ],
    ['format=1.2.840.10008.5.1.4.1.1.88.59', 6],
    ['format=urn:oid:1.2.840.10008.2.6.1|1.2.840.10008.5.1.4.1.1.88.59', 6],
    [
      '_profile=https://profiles.ihe.net/RAD/MADO/StructureDefinition/MadoDicomKosDocumentReference',
      3,
    ],
    ['format=something-else', 0],
    ['modality=CT', 9],
    ['modality=http://dicom.nema.org/resources/ontology/DCM|CT,MR', 9],
    ['modality=CT&modality=MR', 0],
    ['modality=MR', 0],
    ['bodysite=76752008', 0],
    ['bodysite=67734004', 6],
    ['bodysite=http://snomed.info/sct|67734004', 6],
    ['bodysite=774007', 3],
    ['accession-number=A1', 9],
    ['accession-number=urn:arkim:accession:HOSP-B|A1', 3],
    ['accession-number=urn:other|A1', 0],
    ['study-instance-uid=urn:oid:1.2.2', 3],
    ['study-instance-uid=urn:dicom:uid|urn:oid:1.2.2,1.2.3', 6],
    ['type=http://loinc.org|18748-4', 9],
    ['type=11528-7', 0],
    ['category=Medical-Imaging', 9],
    ['period=2026-01-02', 9],
    ['period=ge2026-01-03', 0],
    ['date=ge2020-01-01', 9],
    ['date=lt2020', 0],
    ['creation=gt2020-01-01T00:00:00Z', 9],
    ['date=le9999', 9],
    ['date=ge9999-12-31T23:59:59-14:00', 0],
    ['date=le1000-01-01T00:00:00%2B14:00', 0],
    ['period=le9999-12-31', 9],
    ['contenttype=application/dicom', 6],
  ])('by %s', async (query, count) => expect(await countOf(query)).toBe(count));

  test('by the opaque id of a patient, and by their own identifier', async () => {
    const [first] = await archive.find(`${ANNA}&study-instance-uid=1.2.1`);
    const { reference } = first!['subject'] as { reference: string };
    expect(await countOf(`patient=${reference}`)).toBe(9);
    expect(await countOf(`patient=Patient/${'0'.repeat(32)}`)).toBe(0);
    const { value } = first!['masterIdentifier'] as { value: string };
    expect((await archive.find(`identifier=urn:ietf:rfc:3986|${value}`)).length).toBeGreaterThan(0);
    expect((await archive.find(`_id=${first!['id']}`)).length).toBe(1);
  });

  test('page by page, each once', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = `/fhir/DocumentReference?${ANNA}&status=current&_count=1`;
    for (let pages = 0; next !== undefined && pages < 10; pages++) {
      const { json } = await archive.ask(next, AGENCY);
      seen.push(
        ...(json.entry as readonly { resource: Json }[]).map(({ resource }) => resource['id']),
      );
      const link = (json.link as readonly { relation: string; url: string }[]).find(
        ({ relation }) => relation === 'next',
      );
      next = link && new URL(link.url).pathname + new URL(link.url).search;
    }
    expect([seen.length, new Set(seen).size]).toEqual([9, 9]);
  });
});

test('the envelope says what a reader needs to choose: encodings point to each other', async () => {
  const found = await archive.find(`${ANNA}&study-instance-uid=1.2.1&status=current`);
  const ids = found.map((each) => each['id']);
  for (const document of found) {
    const others = (
      document['relatesTo'] as readonly { code: string; target: { reference: string } }[]
    )
      .filter(({ code }) => code === 'transforms')
      .map(({ target }) => target.reference.replace('DocumentReference/', ''));
    expect([...others, document['id']].toSorted()).toEqual(ids.toSorted());
    const read = await archive.ask(`/fhir/DocumentReference/${document['id']}`, AGENCY);
    expect([read.status, read.json]).toEqual([200, document]);
  }
  const sites = JSON.stringify(found[0]!['extension']);
  expect(sites).toContain('"774007"');
});

test('a Binary is given as what it holds, or as FHIR to who asks for that', async () => {
  const [kos] = await archive.find(`${ANNA}&format=1.2.840.10008.5.1.4.1.1.88.59&status=current`);
  const path = `/fhir/Binary/${kos!['id']}`;
  const plain = await archive.ask(path, AGENCY, { headers: { accept: '*/*' } });
  expect([plain.type, plain.bytes.toString('latin1', 128, 132)]).toEqual([
    'application/dicom',
    'DICM',
  ]);
  const wrapped = await archive.ask(path, AGENCY, { headers: { accept: 'application/fhir+json' } });
  expect(Buffer.from(wrapped.json.data, 'base64')).toEqual(plain.bytes);
  expect((await archive.ask(`/fhir/Bundle/${kos!['id']}`, AGENCY)).status).toBe(404);
});

test('what is no search is refused, and named as FHIR does', async () => {
  for (const query of [
    '',
    'status=current',
    `${ANNA}&unknown=1`,
    `${ANNA}&_count=0`,
    `${ANNA}&date=yesterday`,
    `${ANNA}&_after=x`,
    `${ANNA}&_after=0000-01-01T00:00:00.000Z~${'0'.repeat(32)}`,
    `${ANNA}&date=0000`,
    'patient.identifier=anna',
    'accession-number=',
    `accession-number=${'9'.repeat(65)}`,
    `${ANNA}&modality=${Array.from({ length: 60 }, () => 'CT').join()}`,
    `patient=${'a/'.repeat(300)}`,
  ])
    expect([query, await statusOf(query)]).toEqual([query, 400]);
  for (const id of ['x', `${'0'.repeat(32)}.kos`, `${'0'.repeat(32)}.other`, '%2e%2e'])
    for (const resource of ['DocumentReference', 'Binary', 'Bundle'])
      expect((await archive.ask(`/fhir/${resource}/${id}`, AGENCY)).status).toBe(404);
});

test('what was searched and found is written down before it is told', async () => {
  await archive.find(`${ANNA}&study-instance-uid=1.2.2`);
  const { rows } = await archive.core.pool.query(
    `select kind, action from audit_records where kind in ('manifests', 'manifest') order by position desc limit 1`,
  );
  expect(rows).toEqual([{ kind: 'manifests', action: 'search' }]);
});
