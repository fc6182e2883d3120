import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson, type Json } from '#evidence/canonical-json';
import { leafHash, merkleRoot, sha256 } from '#evidence/merkle';
import { publishAll } from '../manifests/publish-all.js';
import {
  anna,
  ben,
  type DisposalArchive,
  disposalArchive,
  STUDY,
  slice,
} from './disposal-archive.js';
import { schedule } from './due.js';

const FILES = [slice(1), slice(2)];
const NAMES = ['Wunderlich', 'wunderlich', 'PAT-90210', STUDY];

let archive: DisposalArchive;
let batch: string;
beforeAll(async () => {
  archive = await disposalArchive();
  const { pool, send, claim, core, settle } = archive;
  await send(...FILES);
  await settle();
  await send(slice(1, '1.2.40.98765.2', 'PAT-555'));
  await publishAll(core);
  await pool.query(
    `insert into relationships (id, patient, person, organisation, kind, actor, claim, valid_from)
     select 'r', patient, person, 'HOSP-B', 'declared', '', '', now() - interval '1 day' from study_access where claim = $1`,
    [claim],
  );
  await schedule(pool);
});
afterAll(() => archive.close());

const wado = (who: object, study = STUDY) =>
  archive.ask(`/dicom-web/studies/${study}/metadata`, who);

test('the records manager sees what expires, and by which rule', async () => {
  const answer = await archive.ask('/governance/dispositions/candidates', ben);
  const { items } = (await answer.json()) as { items: readonly unknown[] };
  expect(items).toHaveLength(2);
  expect(items).toContainEqual({
    ...{ claim: archive.claim, policy: 'lu-hospital-record', policyVersion: 'built-in' },
    ...{ rule: 'treatment-10y', dueOn: '2009-01-02' },
  });
});

test('a batch is proposed by a records manager, and approved by two people of different roles', async () => {
  const { ask, claim } = archive;
  expect((await ask('/governance/dispositions', anna, { claims: [claim] })).status).toBe(403);
  const made = await ask('/governance/dispositions', ben, { claims: [claim] });
  expect(made.status).toBe(201);
  batch = ((await made.json()) as { batch: string }).batch;
  const approve = (who: object, as: string) =>
    ask(`/governance/dispositions/${batch}/approvals`, who, { as });
  expect((await approve(ben, 'medical')).status).toBe(403);
  expect((await approve(ben, 'records')).status).toBe(200);
  const both = { roles: ['records-manager', 'physician'], subject: 'ben' };
  expect((await approve(both, 'medical')).status).toBe(409);
  expect((await approve({ ...anna, organisation: 'HOSP-B' }, 'medical')).status).toBe(404);
  await archive.dispose();
  expect((await wado(anna)).status).toBe(200);
  const approved = await approve(anna, 'medical');
  expect([approved.status, await approved.json()]).toMatchObject([200, { phase: 'approved' }]);
});

test('what is disposed of is silent in searches, gone to who could have seen it, and unknown to others', async () => {
  const { api, ask } = archive;
  const stranger = { ...anna, organisation: 'HOSP-C' };
  expect((await wado(stranger)).status).toBe(404);
  await archive.dispose();
  expect(await archive.stepsOf()).toEqual(['done']);
  const found = await ask(`/dicom-web/studies?StudyInstanceUID=${STUDY}`, anna);
  expect(found.status === 204 ? [] : await found.json()).toEqual([]);
  expect((await wado(anna)).status).toBe(410);
  expect((await wado({ ...anna, organisation: 'HOSP-B' })).status).toBe(410);
  expect((await wado(stranger)).status).toBe(404);
  const exact = `/dicom-web/claims/${archive.claim}/studies/${STUDY}`;
  expect((await ask(`${exact}/metadata`, anna)).status).toBe(410);
  expect((await ask(`${exact}/metadata`, stranger)).status).toBe(404);
  expect((await wado(anna, '1.2.40.98765.2')).status).toBe(200);
  expect(api.url).not.toBe('');
});

test('nobody outside has a manifest of it any more', async () => {
  await publishAll(archive.core);
  const { rows } = await archive.pool.query(
    'select * from manifests m where claim = $1 union all select * from manifests where false',
    [archive.claim],
  );
  expect(rows).toEqual([]);
  expect((await archive.core.facts('ManifestWithdrawn')).length).toBe(1);
});

test('no object has its bytes, and no row its names', async () => {
  const { core, pool } = archive;
  for await (const { key } of core.store.list('packs/')) {
    const chunks: Buffer[] = [];
    for await (const chunk of (await core.store.stream(key)) ?? []) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    expect([key, NAMES.filter((name) => bytes.includes(name))]).toEqual([key, []]);
  }
  const tables = await pool.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public' or schemaname like 'findable%'`,
  );
  for (const { name } of tables.rows)
    for (const value of NAMES) {
      const { rows } = await pool.query(
        `select t::text from ${name} t where position($1 in t::text) > 0`,
        [value],
      );
      expect([name, rows]).toEqual([name, []]);
    }
});

test('what is built anew from the log says the same, and nothing of it comes back', async () => {
  expect(await archive.differing()).toEqual({});
  expect((await wado(anna)).status).toBe(410);
});

test('the certificate is signed, tells rule, approvals and the hash of the objects, and names nobody', async () => {
  const { ask } = archive;
  const path = `/governance/dispositions/${batch}/certificate`;
  const text = await (await ask(path, ben)).text();
  const { certificate, signature } = JSON.parse(text) as {
    certificate: { readonly [name: string]: Json };
    signature: { publicKey: string; value: string };
  };
  const key = createPublicKey({
    key: Buffer.from(signature.publicKey, 'base64'),
    type: 'spki',
    format: 'der',
  });
  const isSigned = (content: string) =>
    verify(null, Buffer.from(content), key, Buffer.from(signature.value, 'base64'));
  expect(isSigned(canonicalJson(certificate))).toBe(true);
  expect(isSigned(canonicalJson({ ...certificate, hospital: 'HOSP-B' }))).toBe(false);
  const digests = FILES.map((file) => sha256(file)).sort(Buffer.compare);
  expect(certificate).toMatchObject({
    ...{ hospital: 'HOSP-A', graceDays: 0, rejection: '113039' },
    approvals: [{ capacity: 'records' }, { capacity: 'medical' }],
    studies: [
      {
        ...{
          claim: archive.claim,
          policy: 'lu-hospital-record',
          rule: 'treatment-10y',
          outcome: 'disposed',
        },
        objects: 2,
        root: merkleRoot(digests.map(leafHash)).toString('hex'),
      },
    ],
  });
  for (const name of NAMES) expect(text).not.toContain(name);
  const pdf = await ask(`${path}.pdf`, ben);
  const bytes = Buffer.from(await pdf.arrayBuffer());
  expect([pdf.headers.get('content-type'), bytes.subarray(0, 5).toString()]).toEqual([
    'application/pdf',
    '%PDF-',
  ]);
  const [told] = await archive.core.facts('DispositionCertified');
  expect(told?.data).toMatchObject({
    document: sha256(text).toString('hex'),
    pdf: sha256(bytes).toString('hex'),
  });
  expect((await ask(path, { ...ben, organisation: 'HOSP-B' })).status).toBe(404);
});

test('the same request again is refused, instance by instance, and so is a new one', async () => {
  for (const files of [FILES, [slice(1)], [slice(3)]]) {
    const answer = await archive.send(...files);
    expect(answer.status).toBe(409);
    const json = (await answer.json()) as Record<string, { Value: readonly Json[] }>;
    expect(json['00081198']?.Value).toHaveLength(files.length);
    expect(json['00081198']?.Value[0]).toMatchObject({ '00081197': { Value: [0x0124] } });
  }
  expect((await wado(anna)).status).toBe(410);
  expect((await archive.core.facts('InstancesStored')).length).toBe(2);
});
