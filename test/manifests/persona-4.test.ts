import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AGENCY,
  anna,
  HOSPITALS,
  type Json,
  type ManifestArchive,
  manifestArchive,
  NATION,
  physician,
} from './manifest-archive.js';

const ANNA = `patient.identifier=urn:oid:${NATION}|anna`;
const FHIR_MANIFEST = 'format=urn:ihe:rad:MADO:fhir-manifest:2026';

let archive: ManifestArchive;
beforeAll(async () => {
  archive = await manifestArchive();
  for (const [at, hospital] of HOSPITALS.entries()) await archive.store(hospital, at + 1, 'anna');
  await archive.store('HOSP-A', 9, 'berta');
});
afterAll(() => archive.close());

/** What `content[0].attachment` of a document says. */
const attachmentOf = (document: Json) =>
  (
    document['content'] as readonly { attachment: { url: string; hash: string; size: number } }[]
  )[0]!.attachment;
const pathOf = (document: Json) => {
  const { pathname } = new URL(attachmentOf(document).url);
  return pathname;
};
const studiesOf = (documents: readonly Json[]) =>
  documents.map(
    (each) =>
      (each['context'] as { related: readonly { identifier: { value: string } }[] }).related[0]!
        .identifier.value,
  );

describe('persona 4: the agency', () => {
  test('lists the manifests of a person across four hospitals, and of nobody else', async () => {
    const found = await archive.find(`${ANNA}&${FHIR_MANIFEST}&status=current`);
    expect(studiesOf(found).toSorted()).toEqual(
      [1, 2, 3, 4].map((study) => `urn:oid:1.2.${study}`),
    );
    const hospitals = found.map((each) => (each['custodian'] as { display: string }).display);
    expect(hospitals.toSorted()).toEqual(HOSPITALS);
  });

  test('fetches the manifest, in each encoding, as its envelope says', async () => {
    const documents = await archive.find(`${ANNA}&study-instance-uid=urn:oid:1.2.1`);
    expect(documents.length).toBe(3);
    for (const document of documents) {
      const { hash, size } = attachmentOf(document);
      const { status, bytes, headers } = await archive.ask(pathOf(document), AGENCY);
      expect([status, bytes.length]).toEqual([200, size]);
      expect(createHash('sha1').update(bytes).digest('base64')).toBe(hash);
      const etag = String(headers.get('etag'));
      const again = await archive.ask(pathOf(document), AGENCY, {
        headers: { 'if-none-match': etag },
      });
      expect(again.status).toBe(304);
    }
  });

  test('hands the images to whoever may see them: the address of the manifest leads there, the manifest gives no right', async () => {
    const [document] = await archive.find(`study-instance-uid=1.2.1&${FHIR_MANIFEST}`);
    const { json } = await archive.ask(pathOf(document!), AGENCY);
    const resources = (json.entry as readonly { resource: Json }[]).map(({ resource }) => resource);
    const endpoint = resources.find((each) => each['resourceType'] === 'Endpoint')!;
    const root = new URL(String(endpoint['address'])).pathname;
    expect(root).toBe(`/dicom-web/claims/${archive.claimOf('HOSP-A', 1)}`);
    const statusFor = async (organisation: string) =>
      (await archive.ask(`${root}/studies/1.2.1/series/1.2.1.1`, physician(organisation))).status;
    expect(await statusFor('HOSP-A')).toBe(200);
    expect(await statusFor('HOSP-B')).toBe(404);
    expect((await archive.ask(`${root}/studies/1.2.1`, AGENCY)).status).toBe(403);
  });

  test('gets another manifest when the study changes; the old one says so', async () => {
    const [before] = await archive.find(`study-instance-uid=1.2.2&${FHIR_MANIFEST}`);
    expect(await archive.store('HOSP-B', 2, 'anna', 2)).toEqual(['changed']);
    const after = await archive.find(`study-instance-uid=1.2.2&${FHIR_MANIFEST}`);
    const [current, old] = ['current', 'superseded'].map((status) =>
      after.find((each) => each['status'] === status),
    );
    expect(old!['id']).toBe(before!['id']);
    expect(current!['relatesTo']).toContainEqual({
      code: 'replaces',
      target: { reference: `DocumentReference/${before!['id']}`, type: 'DocumentReference' },
    });
    const { json } = await archive.ask(pathOf(current!), AGENCY);
    const study = (json.entry as readonly { resource: Json }[])[1]!.resource;
    expect(study['numberOfInstances']).toBe(2);
    expect((await archive.ask(pathOf(old!), AGENCY)).status).toBe(200);
  });

  test('no longer finds nor reads what the patient opposes, and the manifest is withdrawn; it comes back when the opposition is taken back', async () => {
    const [before] = await archive.find(`study-instance-uid=1.2.3&${FHIR_MANIFEST}`);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ hospital: 'HOSP-C' });
    const said = await archive.ask('/governance/oppositions', anna, {
      method: 'POST',
      headers,
      body,
    });
    expect(said.status).toBe(201);
    /* At once, before anything is withdrawn. */
    expect(studiesOf(await archive.find(`${ANNA}&${FHIR_MANIFEST}`))).not.toContain(
      'urn:oid:1.2.3',
    );
    expect((await archive.ask(pathOf(before!), AGENCY)).status).toBe(404);
    expect(await archive.publish()).toContain('changed');
    const withdrawn = await archive.core.facts('ManifestWithdrawn');
    expect(withdrawn.length).toBe(1);
    const claim = archive.claimOf('HOSP-C', 3);
    const kept = await archive.core.pool.query(
      'select claim from manifests where claim = $1 union all select claim from manifest_contents where claim = $1',
      [claim],
    );
    expect(kept.rows).toEqual([]);
    const { status } = await archive.ask(`/governance/oppositions/${said.json.id}`, anna, {
      method: 'DELETE',
    });
    expect(status).toBe(204);
    expect(await archive.publish()).toContain('changed');
    const [back] = await archive.find(`study-instance-uid=1.2.3&${FHIR_MANIFEST}`);
    expect([back!['status'], back!['id'] === before!['id']]).toEqual(['current', false]);
  });

  test('finds nothing of what was rejected for safety, at once; a rejection withdraws', async () => {
    const claim = archive.claimOf('HOSP-D', 4);
    const setState = (state: string) =>
      archive.core.pool.query('update study_access set state = $1 where claim = $2', [
        state,
        claim,
      ]);
    await setState('rejected-safety');
    expect(await archive.find('study-instance-uid=1.2.4')).toEqual([]);
    expect(await archive.publish()).toEqual(['changed']);
    await setState('active');
    expect(await archive.publish()).toEqual(['changed']);
    expect((await archive.find('study-instance-uid=1.2.4')).length).toBe(3);
  });

  test('sees no restricted study; its hospital does', async () => {
    const claim = archive.claimOf('HOSP-D', 4);
    await archive.core.pool.query(
      `update study_access set confidentiality = 'R' where claim = $1`,
      [claim],
    );
    await archive.publish();
    expect(await archive.find('study-instance-uid=1.2.4')).toEqual([]);
    expect((await archive.find('study-instance-uid=1.2.4', physician('HOSP-D'))).length).toBe(3);
  });
});

describe('others', () => {
  test('a physician finds the manifests of the own hospital, a patient all of their own', async () => {
    expect(studiesOf(await archive.find(`${ANNA}&${FHIR_MANIFEST}`, physician('HOSP-A')))).toEqual([
      'urn:oid:1.2.1',
    ]);
    const own = await archive.find(`${ANNA}&${FHIR_MANIFEST}&status=current`, anna);
    expect(studiesOf(own).toSorted()).toEqual([1, 2, 3, 4].map((study) => `urn:oid:1.2.${study}`));
  });
  test('roles that may not search are refused, and who may read no metadata finds none', async () => {
    const statusOf = async (role: string) => {
      const who = { organisation: 'HOSP-A', roles: [role] };
      return (await archive.ask(`/fhir/DocumentReference?${ANNA}`, who)).status;
    };
    for (const role of ['modality', 'dpo']) expect(await statusOf(role)).toBe(403);
    const keeper = { organisation: 'HOSP-A', roles: ['records-manager'] };
    expect(await archive.find(ANNA, keeper)).toEqual([]);
  });
});
