import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { openRecordAccess } from '../../apps/archive-api/src/audit/auditing.module.js';
import {
  holdSeries,
  type Sample,
  sampleFile,
} from '../../apps/archive-api/src/stored-files.testing.js';
import { insertRows } from '../access/access-rows.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { auditRows } from './audit-rows.js';

const HOSPITALS = ['HOSP-A', 'HOSP-B'];

let database: TestDatabase;
let api: TestApi;
let held: Sample;
let known = 0;

const FILE = 'HOSP-A/ct-small/01.dcm';

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, ...HOSPITALS);
  api = await testApi(database.pool);
  [held] = (await holdSeries(api.ports, 'HOSP-A', await sampleFile(FILE))) as [Sample];
  const claim = api.ports.ids.claim('HOSP-A', held.study);
  const row = { claim, hospital: 'HOSP-A', person: 'person', study_uid: held.study };
  await insertRows(database.pool, 'study_access', row);
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const rows = () => auditRows(database.pool, api.ports.keys);
const fresh = async () => (await rows()).slice(known);
beforeEach(async () => {
  known = (await rows()).length;
});

const ask = async (path: string, role = 'radiologist', hospital = 'HOSP-A', from = api) => {
  const authorization = `Bearer ${await from.token(role, hospital)}`;
  const answer = await fetch(from.url + path, { headers: { authorization } });
  await answer.arrayBuffer();
  return answer.status;
};
const framesPath = () =>
  `/dicom-web/studies/${held.study}/series/${held.series}/instances/${held.instance}/frames/1`;

describe('written down before it is answered', () => {
  test('is each search, with the studies that it showed and what was asked', async () => {
    await ask('/dicom-web/studies?PatientName=*');
    await ask(`/dicom-web/studies/${held.study}/instances`);
    await ask('/dicom-web/studies?PatientID=nobody');
    const claim = api.ports.ids.claim('HOSP-A', held.study);
    expect(await fresh()).toMatchObject([
      {
        kind: 'study',
        action: 'search',
        rule: 'own-hospital',
        isWindow: false,
        personal: { subject: 'someone', query: 'study?PatientName=*', claims: [claim] },
      },
      {
        kind: 'instance',
        personal: { query: `study/${held.study}/instance?`, claims: [claim] },
      },
      { kind: 'study', personal: { claims: [] } },
    ]);
  });
  test('is one record of all frames and pictures of a study, and one of its metadata', async () => {
    for (let frame = 0; frame < 20; frame++) expect(await ask(framesPath())).toBe(200);
    await ask(`${framesPath()}/rendered`);
    await ask(`/dicom-web/studies/${held.study}/metadata`);
    await ask(`/dicom-web/studies/${held.study}/metadata`);
    expect(await fresh()).toMatchObject([
      { kind: 'frames', action: 'retrieve', hospital: 'HOSP-A', personal: { study: held.study } },
      { kind: 'metadata', action: 'read-metadata', isWindow: true },
    ]);
  });
  test('is what was refused, once for all that is alike', async () => {
    for (let each = 0; each < 5; each++)
      expect(await ask(framesPath(), 'radiologist', 'HOSP-B')).toBe(404);
    for (let each = 0; each < 5; each++)
      expect(await ask('/dicom-web/studies', 'modality')).toBe(403);
    expect(await fresh()).toMatchObject([
      { outcome: 'deny', organisation: 'HOSP-B', hospital: 'HOSP-A', action: 'retrieve' },
      { outcome: 'deny', organisation: 'HOSP-A', kind: 'request', action: 'search' },
    ]);
  });
  test('is any other route, whatever it does', async () => {
    await ask('/dicom-web/receipts/00000000-0000-4000-8000-000000000000', 'modality');
    expect(await fresh()).toMatchObject([{ action: 'read-receipt', kind: 'request' }]);
  });
});

test('what can not be written down is not answered, and the log names nobody', async () => {
  const logged: string[] = [];
  const destination = { write: (line: string) => logged.push(line) };
  const log = createLog({ name: 'test', level: 'trace', destination });
  const away = createPool({ url: 'postgresql://x@127.0.0.1:1/x', name: 'test' });
  const { ids, keys, objects } = api.ports;
  const recordAccess = openRecordAccess(away, keys);
  const edge = await testApi(database.pool, { ids, keys, objects, recordAccess, log });
  const asked = (path: string, role?: string) => ask(path, role, 'HOSP-A', edge);
  expect(await asked('/dicom-web/studies')).toBe(503);
  expect(await asked(framesPath())).toBe(503);
  expect(await asked('/dicom-web/studies', 'modality')).toBe(503);
  expect(await asked(`/dicom-web/studies?PatientName=Secret&StudyInstanceUID=${held.study}`)).toBe(
    503,
  );
  expect(logged.length).toBeGreaterThan(0);
  const names = [held.study, held.series, held.instance, 'Secret', 'someone'];
  for (const name of names) expect(logged.join('')).not.toContain(name);
  await edge.close();
  await away.end();
});

test('nothing that names a person stands in clear', async () => {
  await ask(`/dicom-web/studies?StudyInstanceUID=${held.study}&PatientName=Secret*`);
  await ask(`/dicom-web/studies/${held.study}/metadata`);
  const { rows: stored } = await database.pool.query(
    'select to_jsonb(audit_records)::text as row from audit_records',
  );
  const text = stored.map(({ row }) => row).join('\n');
  for (const name of [held.study, 'Secret', 'someone', 'urn:arkim:demo-issuer'])
    expect(text).not.toContain(name);
});
