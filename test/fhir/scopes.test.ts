import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multipartBody } from '../store/working-archive.js';
import {
  byIdentifier,
  doctorOf,
  type Exam,
  entriesOf,
  type ImagingArchive,
  imagingArchive,
  studiesIn,
  uidOf,
  type Who,
} from './imaging-archive.js';

const [OWN, OTHER, ELSEWHERE] = [401, 402, 403];
const EXAMS: readonly Exam[] = [
  { study: OWN, hospital: 'HOSP-A', patient: 'S1' },
  { study: OTHER, hospital: 'HOSP-A', patient: 'S2' },
  { study: ELSEWHERE, hospital: 'HOSP-B', patient: 'S9' },
];

let archive: ImagingArchive;
beforeAll(async () => {
  archive = await imagingArchive();
  await archive.store(...EXAMS);
  await archive.tie('$link', ['HOSP-A', 'S1'], ['HOSP-B', 'S9']);
  await archive.treats('HOSP-A', ['HOSP-A', 'S1']);
});
afterAll(() => archive.close());

const app = (scope: string, change: Who = {}): Who => doctorOf('HOSP-A', { scope, ...change });
const launched = (scope: string): Who => app(scope, { patient: 'HOSP-A:S1' });
const found = async (who: Who, query = '') =>
  [...studiesIn(await archive.ask(`ImagingStudy?${query}`, who))].sort();
const status = async (path: string, who: Who, init: RequestInit = {}) =>
  (await archive.fetched(path, who, init)).status;
const qido = async (path: string, who: Who) => {
  const answer = await archive.fetched(`/dicom-web/${path}`, who);
  return answer.status === 200 ? ((await answer.json()) as unknown[]).length : answer.status;
};
const [ALL, PATIENTS] = [[OWN, OTHER, ELSEWHERE].map(uidOf), [OWN, ELSEWHERE].map(uidOf)];

describe('a token of an app that was started on one patient', () => {
  const who = launched('launch/patient patient/ImagingStudy.rs');
  test('finds that patient, in all hospitals, and nobody else', async () => {
    expect(await found(who)).toEqual(PATIENTS);
    expect(await found(who, byIdentifier(['HOSP-A', 'S2']))).toEqual([]);
    expect(await qido('studies', who)).toBe(2);
    expect(await qido(`studies?StudyInstanceUID=${uidOf(OTHER)}`, who)).toBe(0);
    expect(await qido('series', who)).toBe(2);
    expect(await qido('instances', who)).toBe(2);
  });
  test('opens nothing of anybody else, by any address', async () => {
    for (const [study, expected] of [
      [OWN, 200],
      [ELSEWHERE, 200],
      [OTHER, 404],
    ] as const) {
      const instance = `series/${uidOf(study)}.1/instances/${uidOf(study)}.1.1`;
      const root = `/dicom-web/studies/${uidOf(study)}`;
      for (const path of ['', '/metadata', `/${instance}/frames/1`, `/${instance}/rendered`])
        expect([path, await status(root + path, who)]).toEqual([path, expected]);
      const uri = `/wado?requestType=WADO&studyUID=${uidOf(study)}&seriesUID=${uidOf(study)}.1&objectUID=${uidOf(study)}.1.1`;
      expect(await status(uri, who)).toBe(expected);
    }
    const [own, other] = EXAMS.map((exam) => archive.claimOf(exam));
    expect((await archive.ask(`ImagingStudy/${own}`, who)).status).toBe(200);
    expect((await archive.ask(`ImagingStudy/${other}`, who)).status).toBe(404);
    expect((await archive.ask(`Endpoint/${other}`, who)).status).toBe(404);
  });
  test('is the same whether the patient is an identifier or the id of a Patient', async () => {
    const id = archive.patientOf(['HOSP-B', 'S9']);
    for (const patient of [id, `Patient/${id}`])
      expect(await found(app('patient/ImagingStudy.rs', { patient }))).toEqual(PATIENTS);
  });
  test('does nothing that no scope names', async () => {
    expect((await archive.ask('Patient?identifier=S1', who)).status).toBe(403);
    expect(await status('/governance/relationships', who, { method: 'POST' })).toBe(403);
    expect(await status('/metrics', who)).toBe(403);
  });
  test('sees the Patient of the studies when a scope names patients', async () => {
    const query = 'ImagingStudy?_include=ImagingStudy:patient';
    const withPatient = launched('patient/ImagingStudy.rs patient/Patient.rs');
    expect(entriesOf(await archive.ask(query, withPatient), 'include')).toHaveLength(1);
    expect(entriesOf(await archive.ask(query, who), 'include')).toEqual([]);
  });
  test('reads who the patient is, and nobody else', async () => {
    const reads = launched('patient/Patient.rs');
    const own = archive.patientOf(['HOSP-A', 'S1']);
    expect((await archive.ask(`Patient/${own}`, reads)).status).toBe(200);
    const other = archive.patientOf(['HOSP-A', 'S2']);
    expect((await archive.ask(`Patient/${other}`, reads)).status).toBe(404);
    const found = async (value: string) =>
      entriesOf(await archive.ask(`Patient?identifier=${value}`, reads), 'match').length;
    expect([await found('S1'), await found('S2')]).toEqual([1, 0]);
    const writes = launched('patient/Patient.cruds');
    expect(await status('/fhir/Patient?identifier=a|b', writes, { method: 'PUT' })).toBe(403);
  });
  test('without a patient it finds nothing', async () => {
    const nobody = app('patient/ImagingStudy.rs');
    expect((await archive.ask('ImagingStudy', nobody)).status).toBe(403);
    expect(await qido('studies', nobody)).toBe(403);
  });
  test('never adds to what its holder may', async () => {
    const other = doctorOf('HOSP-B', { scope: 'patient/ImagingStudy.rs', patient: 'HOSP-A:S2' });
    expect(await found(other)).toEqual([]);
    const support = { organisation: 'HOSP-A', roles: ['support'], scope: 'user/*.cruds' };
    expect((await archive.ask('ImagingStudy', support)).status).toBe(403);
  });
});

describe('scopes of a user', () => {
  test.each([
    ['user/ImagingStudy.rs', ALL],
    ['user/*.read', ALL],
    ['user/ImagingStudy.s', ALL],
    ['system/ImagingStudy.cruds', ALL],
    ['patient/ImagingStudy.rs user/ImagingStudy.rs', ALL],
    ['openid profile email', ALL],
  ])('%s lets all that the role may', async (scope, expected) =>
    expect(await found(app(scope))).toEqual(expected),
  );
  test.each([
    'user/ImagingStudy.r',
    'user/Patient.rs',
    'user/ImagingStudy.rs?modality=CT',
    'user/ImagingStudy.sr',
    'user/imagingstudy.rs',
    'launch/patient openid',
    'user/dicom.store',
    'user/',
  ])('%s lets no search', async (scope) => {
    expect((await archive.ask('ImagingStudy', app(scope))).status).toBe(403);
    expect(await qido('studies', app(scope))).toBe(403);
  });
  test('read and search are told apart', async () => {
    const [reads, searches] = ['r', 's'].map((word) => app(`user/ImagingStudy.${word}`));
    const path = `/dicom-web/studies/${uidOf(OWN)}`;
    expect([await status(path, reads!), await status(path, searches!)]).toEqual([200, 403]);
    expect(await qido('studies', searches!)).toBe(3);
    const claim = archive.claimOf(EXAMS[0]!);
    expect((await archive.ask(`ImagingStudy/${claim}`, reads!)).status).toBe(200);
    expect((await archive.ask(`ImagingStudy/${claim}`, searches!)).status).toBe(403);
    expect((await archive.ask(`%49magingStudy/${claim}`, searches!)).status).toBe(403);
    const form = { method: 'POST', body: new URLSearchParams({ _count: '1' }) };
    for (const operation of ['_search', '%5Fsearch'])
      expect((await archive.ask(`ImagingStudy/${operation}`, reads!, form)).status).toBe(403);
  });
  test('storing has a scope of its own', async () => {
    const store = (scope: string) =>
      status('/dicom-web/studies', modality(scope), {
        method: 'POST',
        headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=edge' },
        body: multipartBody(
          [{ headers: { 'Content-Type': 'application/dicom' }, body: 'x' }],
          'edge',
        ),
      });
    const modality = (scope: string): Who => ({
      ...{ organisation: 'HOSP-A', roles: ['modality'], scope },
    });
    expect(await store('system/ImagingStudy.cruds')).toBe(403);
    expect(await store('system/*.cruds')).toBe(403);
    expect(await store('system/dicom.store')).not.toBe(403);
  });
});

test('how to get a token is told before there is one', async () => {
  for (const root of ['', '/fhir']) {
    const answer = await fetch(`${archive.api.url}${root}/.well-known/smart-configuration`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      token_endpoint: `${archive.api.url}/oauth2/token`,
      scopes_supported: expect.arrayContaining(['patient/ImagingStudy.rs', 'system/dicom.store']),
      capabilities: expect.arrayContaining(['smart-imaging-access', 'permission-v2']),
    });
  }
  const metadata = await fetch(`${archive.api.url}/fhir/metadata`);
  expect(metadata.status).toBe(200);
  const { rest } = (await metadata.json()) as { rest: [{ resource: { type: string }[] }] };
  expect(rest[0].resource.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['Patient', 'ImagingStudy', 'Endpoint', 'AuditEvent']),
  );
});
