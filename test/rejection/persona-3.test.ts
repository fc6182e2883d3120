import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../apps/archive-api/src/cds/card-shape.js';
import { type CdsArchive, cdsArchive, NATION } from '../cds/cds-archive.js';
import { callOf, doseReportOf, imageOf, orderOf } from '../cds/cds-files.js';
import { publishAll } from '../manifests/publish-all.js';
import { multipartBody } from '../store/working-archive.js';
import { ctSlice, part10 } from '../support/part10.js';
import { rejectionNoteFile } from '../support/rejection-note.js';

/** Persona 3: the administrator of a hospital's PACS, who has sent many studies, one with the wrong patient. */
const STUDIES = 100;
const HOSPITAL = 'HOSP-B';
const WRONG = '1.2.840.99.77';
const DONE = { study: WRONG, national: 'N7', code: 'CT-THX-N' } as const;

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
});
afterAll(() => at.close());

const as = (roles: readonly string[], organisation = HOSPITAL) =>
  at.api.sign({ organisation, roles: [...roles] });
const get = async (path: string, token: string, accept = '*/*') => {
  const answer = await fetch(at.api.url + path, {
    headers: { authorization: `Bearer ${token}`, accept },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, bytes };
};
const searched = async (path: string) => {
  const { status, bytes } = await get(
    `/dicom-web${path}`,
    await as(['radiologist']),
    'application/dicom+json',
  );
  expect(status).toBe(200);
  return JSON.parse(String(bytes)) as readonly Record<string, { Value: readonly unknown[] }>[];
};

/** Stores over HTTP while the worker works; answers with status and body. */
async function stow(files: readonly Buffer[], roles = ['modality']) {
  const parts = files.map((body) => ({ headers: { 'content-type': 'application/dicom' }, body }));
  let isOpen = true;
  const asked = fetch(`${at.api.url}/dicom-web/studies`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await as(roles)}`,
      'content-type': 'multipart/related; type="application/dicom"; boundary=edge',
      accept: 'application/dicom+json',
    },
    body: multipartBody(parts, 'edge'),
  }).finally(() => {
    isOpen = false;
  });
  while (isOpen) {
    await at.archive.work();
    await new Promise((go) => setTimeout(go, 5));
  }
  const answer = await asked;
  return { status: answer.status, text: await answer.text() };
}

const ofPatient = { '00100020': ['LO', 'N7'], '00100021': ['LO', 'NAT'] } as const;
const note = (code: string, change = {}) =>
  rejectionNoteFile({
    study: WRONG,
    code,
    rejects: { [`${WRONG}.1`]: [`${WRONG}.1.1`] },
    change: { ...ofPatient, ...change },
  });

const manifests = async (): Promise<number> => {
  while ((await publishAll(at.archive)).length > 0);
  const path = `/fhir/DocumentReference?study-instance-uid=urn:oid:${WRONG}&status=current`;
  const { status, bytes } = await get(path, await as(['agency'], 'AGENCY'));
  expect(status).toBe(200);
  return (JSON.parse(String(bytes)).entry ?? []).length;
};
const cards = async (): Promise<number> => {
  const { body } = await at.call(callOf([orderOf('TDMTHO')], { national: 'N7' }));
  return (body['cards'] as readonly Card[]).length;
};

test('many studies are sent, one with the wrong patient; they are found, in a manifest, and warned of', async () => {
  const others = Array.from({ length: STUDIES - 1 }, (_, index) => {
    const study = `1.2.840.99.1.${index}`;
    const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
    return part10(ctSlice(uids, { '00100020': ['LO', `X${index}`], '00100021': ['LO', 'NAT'] }));
  });
  await at.store(HOSPITAL, ...others);
  expect((await stow([imageOf(DONE), doseReportOf(DONE, 350)])).status).toBe(200);
  expect(await searched(`/studies?StudyInstanceUID=${WRONG}`)).toHaveLength(1);
  expect([(await manifests()) > 0, await cards()]).toEqual([true, 1]);
});

test('who may not store may not reject', async () => {
  expect((await stow([note('113037')], ['radiologist'])).status).toBe(403);
  expect(await searched(`/studies?StudyInstanceUID=${WRONG}`)).toHaveLength(1);
});

test('a note about another study is refused, and the answer says so', async () => {
  const wrong = rejectionNoteFile({
    study: WRONG,
    code: '113037',
    of: '1.2.840.99.1.0',
    rejects: { '1.2.840.99.1.0.1': ['1.2.840.99.1.0.1.1'] },
    change: ofPatient,
  });
  const { status, text } = await stow([wrong]);
  expect([status, JSON.parse(text)['00081198'].Value[0]['00081197'].Value]).toEqual([
    409,
    [0xa900],
  ]);
  expect(await searched('/studies?StudyInstanceUID=1.2.840.99.1.0')).toHaveLength(1);
});

test('the note of the pictures is answered as any instance, and they are gone: from searches, retrievals, manifests, and warnings', async () => {
  expect((await stow([note('113037')])).status).toBe(200);
  expect(await searched(`/studies/${WRONG}/series`)).toHaveLength(1);
  const [row] = await searched(`/studies?StudyInstanceUID=${WRONG}&includefield=all`);
  expect(row?.['00080061']?.Value).toEqual(['SR']);
  expect(row?.['00201208']?.Value).toEqual([1]);
  expect(await cards()).toBe(0);
  const path = `/dicom-web/studies/${WRONG}/series/${WRONG}.1`;
  expect((await get(path, await as(['radiologist']))).status).toBe(404);
});

test('with its report rejected too, nothing of the study is there for anybody, and all the others are', async () => {
  const report = rejectionNoteFile({
    study: WRONG,
    code: '113037',
    instance: `${WRONG}.900.2`,
    rejects: { [`${WRONG}.9`]: [`${WRONG}.9.1`] },
    change: ofPatient,
  });
  expect((await stow([report])).status).toBe(200);
  expect(await searched(`/studies?StudyInstanceUID=${WRONG}`)).toEqual([]);
  expect(await searched(`/instances?StudyInstanceUID=${WRONG}`)).toEqual([]);
  expect(await manifests()).toBe(0);
  expect(await searched(`/studies?limit=${STUDIES}`)).toHaveLength(STUDIES - 1);
  const patient = await at.api.sign({
    ...{ organisation: 'AGENCY', roles: ['patient'], subject: 'n7' },
    patient: `${NATION}:N7`,
  });
  for (const token of [await as(['radiologist']), await as(['physician']), patient])
    expect((await get(`/dicom-web/studies/${WRONG}/metadata`, token)).status).toBe(404);
});

test('an administrator looks into it for the safety of patients, with a second factor, and nobody else', async () => {
  const inquiry = { organisation: HOSPITAL, roles: ['admin'], purpose: 'PATSFTY', mfa: true };
  const path = `/dicom-web/studies/${WRONG}/metadata`;
  const json = 'application/dicom+json';
  const found = await get(path, await at.api.sign(inquiry), json);
  expect([found.status, JSON.parse(String(found.bytes)).length]).toEqual([200, 2]);
  expect((await get(path, await at.api.sign({ ...inquiry, mfa: false }))).status).not.toBe(200);
  expect((await get(path, await at.api.sign({ ...inquiry, organisation: 'HOSP-A' }))).status).toBe(
    404,
  );
  const other = '/dicom-web/studies/1.2.840.99.1.0/metadata';
  expect((await get(other, await at.api.sign(inquiry), json)).status).toBe(404);
});

test('a wrong note is found and revoked, and the study is there as before', async () => {
  const manager = await as(['records-manager']);
  const { items } = JSON.parse(String((await get('/governance/rejections', manager)).bytes));
  expect(items).toMatchObject([
    { study: WRONG, code: '113037', instances: 1 },
    { study: WRONG, code: '113037', instances: 1 },
  ]);
  for (const { id } of items) {
    const asked = fetch(`${at.api.url}/governance/rejections/${id}/revoked`, {
      method: 'POST',
      headers: { authorization: `Bearer ${manager}` },
    });
    let status = 0;
    void asked.then((answer) => {
      status = answer.status;
    });
    await expect.poll(async () => (await at.archive.revoke()) + status).toBe(204);
  }
  expect(JSON.parse(String((await get('/governance/rejections', manager)).bytes)).items).toEqual(
    [],
  );
  const [row] = await searched(`/studies?StudyInstanceUID=${WRONG}&includefield=all`);
  expect([row?.['00080061']?.Value, row?.['00201208']?.Value]).toEqual([['CT', 'SR'], [2]]);
  expect([(await manifests()) > 0, await cards()]).toEqual([true, 1]);
});
