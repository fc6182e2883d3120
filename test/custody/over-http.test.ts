import { verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '#evidence/canonical-json';
import { readTar } from '#evidence/tar';
import { type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type CustodyArchive, custodyArchive, once } from './custody-archive.js';

let archive: CustodyArchive;
let api: TestApi;
let claim: string;
let files: readonly Buffer[];
beforeAll(async () => {
  archive = await custodyArchive();
  const { pool, store, log } = archive;
  const { keys, ids } = archive.ingest;
  api = await testApi(pool, { objects: store, keys, ids, events: log });
  ({ claim, files } = await archive.hold('1.2.70', 'HOSP-A', 2));
  await archive.hold('1.2.71', 'HOSP-B');
});
afterAll(async () => {
  await api.close();
  await archive.close();
});

const get = async (path: string, token: string) =>
  fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
const giveBack = async (body: object, token: string) =>
  fetch(`${api.url}/governance/restitutions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const records = (mfa: boolean, organisation = 'HOSP-A') =>
  api.sign({ organisation, roles: ['records-manager'], mfa });

test('a records manager sees how far everything was read again', async () => {
  const before = await get('/governance/fixity', await records(false));
  expect(await before.json()).toMatchObject({ days: 90, round: null, isInTime: true, damage: [] });
  await archive.step();
  const after = await get('/governance/fixity', await records(false));
  expect(await after.json()).toMatchObject({ round: { round: 1, damaged: 0 }, damagedPacks: 0 });
  const metrics = await get('/metrics', await api.token('admin'));
  expect(await metrics.text()).toMatch(/arkim_fixity_round_packs [1-9]/);
});

test('a sender has what was received, signed, and nobody else has', async () => {
  const { rows } = await archive.pool.query(`select id from ingest_jobs where hospital = 'HOSP-A'`);
  const path = `/dicom-web/receipts/${rows[0].id}/deposit`;
  const answer = await get(path, await api.token('modality'));
  expect(answer.status).toBe(200);
  const { receipt, publicKey, signature } = JSON.parse(await answer.text());
  expect(receipt).toMatchObject({
    hospital: 'HOSP-A',
    parts: [{ part: 0, outcome: 'stored', study: '1.2.70', bytes: files[0]?.length }, { part: 1 }],
  });
  expect(receipt.parts[1].sha256).toMatch(/^[0-9a-f]{64}$/);
  const signed = Buffer.from(canonicalJson(receipt));
  expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  expect((await get(path, await api.token('modality', 'HOSP-B'))).status).toBe(404);
  expect((await get(path, await api.token('radiologist'))).status).toBe(403);
  expect((await get('/dicom-web/receipts/x/deposit', await api.token('modality'))).status).toBe(
    404,
  );
});

test('a receipt can be asked for before there is one', async () => {
  const job = await archive.send(files.slice(0, 1), 'HOSP-A', '1.2.70');
  const answer = await get(`/dicom-web/receipts/${job}/deposit`, await api.token('modality'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([202, '2']);
  await archive.work();
});

test('a package is for records managers with a second factor, of their own hospital, and each study is written down', async () => {
  expect((await giveBack({ claim }, await records(false))).status).toBe(403);
  expect((await giveBack({ claim }, await records(true, 'HOSP-B'))).status).toBe(404);
  expect((await giveBack({ claim: '0'.repeat(32) }, await records(true))).status).toBe(404);
  const answer = await giveBack({ claim }, await records(true));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-tar']);
  const paths: string[] = [];
  for await (const { path } of readTar(once(Buffer.from(await answer.arrayBuffer()))))
    paths.push(path);
  expect(paths.filter((path) => path.startsWith('objects/'))).toHaveLength(2);
  const { rows } = await archive.pool.query(
    `select claim from audit_records where action = 'restitute' and outcome = 'permit' and claim <> $$$$`,
  );
  expect(rows).toEqual([{ claim }]);
});

test('nothing is taken out while a crisis keeps it in', async () => {
  await archive.pool.query(`update hospitals set frozen = '{export}' where hospital = 'HOSP-B'`);
  await api.ports.registry.look('all');
  expect((await giveBack({}, await records(true, 'HOSP-B'))).status).toBe(403);
});
