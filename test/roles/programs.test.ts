import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accessPolicy } from '#archive/access/access-policy';
import { changeFeed } from '#index/postgres/change-feed';
import { AGENCY_LOOKS } from '#index/seen-studies';
import { sweep } from '#storage/sweep';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { dueStudies, settled } from '../../apps/ingest-worker/src/settle/due-studies.js';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { duePacks, retirePack } from '../../apps/retention-worker/src/retire/retire-pack.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type ArchiveUnderRoles, archiveUnderRoles } from './archive-under-roles.js';
import { urlAs } from './roles.js';

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles();
  vi.stubEnv('ARKIM_DATA', archive.dataFolder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await archive.close();
});

const POLL_MS = 20;
const STUDY = '1.2.50';
const slice = (instance: number, number = instance) =>
  part10(
    ctSlice(
      { study: STUDY, series: `${STUDY}.1`, instance: `${STUDY}.1.${instance}` },
      { '00200013': ['IS', String(number)] },
    ),
  );

/** Sends a file to the edge, and does the worker's part of it. */
async function store(file: Buffer): Promise<number> {
  let answer: Response | undefined;
  const sending = archive.post(file).then((answered) => {
    answer = answered;
  });
  while (answer === undefined) {
    await ingestBatch(archive.ingest.ingest, await takeJobs(archive.ingest.ingest.commitPool));
    await sleep(POLL_MS);
  }
  await sending;
  return answer.status;
}

/** A command of `arkim`, given by somebody who logs in as `user`. */
async function arkim(user: 'arkim' | 'arkim_operator', name: string, ...args: readonly string[]) {
  vi.stubEnv('ARKIM_POSTGRES_URL', urlAs(archive.database.url, user));
  const lines: string[] = [];
  const command = await commands[name]?.();
  const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
  return { code: await command?.run(args, terminal), lines };
}

test('an operator onboards a hospital, which then stores, searches and reads', async () => {
  expect(await store(slice(1))).toBe(403);
  expect(await arkim('arkim_operator', 'onboard', 'HOSP-A')).toMatchObject({ code: 0 });
  expect(await store(slice(1))).toBe(200);
  expect(await store(slice(2))).toBe(200);
  expect(await (await archive.get('/studies')).json()).toHaveLength(1);
  expect(await (await archive.get(`/studies/${STUDY}/metadata`)).json()).toHaveLength(2);
  const answer = await archive.get(
    `/studies/${STUDY}`,
    'multipart/related; type="application/dicom"; transfer-syntax=*',
  );
  expect(Buffer.from(await answer.arrayBuffer()).includes(slice(2))).toBe(true);
});
test('what contradicts is kept aside, and an operator decides', async () => {
  expect(await store(slice(1, 99))).toBe(409);
  const { lines } = await arkim('arkim_operator', 'quarantine', 'list');
  const [id = ''] = lines[0]?.split(' ') ?? [];
  const out = join(archive.dataFolder, 'aside.dcm');
  expect(await arkim('arkim_operator', 'quarantine', 'return', id, '--out', out)).toMatchObject({
    code: 0,
  });
  expect((await readFile(out)).equals(slice(1, 99))).toBe(true);
});
test('a quiet study is settled, its landing packs are retired, and orphans are looked for', async () => {
  const { pool, settle } = archive.ingest;
  for (const study of await dueStudies(pool, 0)) {
    expect(await settleStudy(settle, study)).toBe(1);
    await settled(pool, study);
  }
  await archive.database.pool.query('update retire_queue set due_at = now() - interval $$1 s$$');
  const { retention } = archive;
  const retired = [];
  for (const pack of await duePacks(retention.pool))
    retired.push(await retirePack(retention, pack));
  expect(retired).toEqual(Array(5).fill('removed'));
  const looked = await sweep(retention.store, {
    nowMs: Date.now() + 1000,
    ageMs: 0,
    named: retention.named,
    dryRun: false,
  });
  expect(looked).toMatchObject({ named: 1, orphans: 0 });
  expect(await (await archive.get(`/studies/${STUDY}/metadata`)).json()).toHaveLength(2);
});
test('an operator exports and verifies', async () => {
  const out = join(archive.dataFolder, 'masters');
  const exported = await arkim('arkim_operator', 'export', '--hospital', 'HOSP-A', '--out', out);
  expect(exported.lines).toEqual([expect.stringContaining('2 instances written')]);
  expect(await arkim('arkim_operator', 'verify')).toMatchObject({ code: 0 });
});
test('after the owner’s rebuild the programs go on with the version that it made', async () => {
  expect(await arkim('arkim', 'rebuild', 'findable')).toMatchObject({ code: 0 });
  expect(await store(slice(3))).toBe(200);
  const search = `/studies/${STUDY}/instances`;
  await expect
    .poll(async () => ((await (await archive.get(search)).json()) as unknown[]).length)
    .toBe(3);
  const { pool, settle } = archive.ingest;
  for (const study of await dueStudies(pool, 0)) expect(await settleStudy(settle, study)).toBe(1);
});
test('the retention worker tells the agency what became of studies, the edge shows it', async () => {
  const { edge, retention } = archive;
  await expect.poll(async () => (await retention.tellChanges({ sweep: true })).changes).toBe(1);
  const looker = { subject: AGENCY_LOOKS, policy: accessPolicy, at: new Date().toISOString() };
  const page = await changeFeed(edge.pool).read({ after: 0, limit: 10, looker });
  expect(page?.changes).toMatchObject([{ hospital: 'HOSP-A', kind: 'stored' }]);
});
test('a webhook that the edge subscribes is tried by the retention worker, kept from private networks', async () => {
  const { edge, retention } = archive;
  const order = { id: randomUUID(), actor: 'somebody' };
  const wanted = { organisation: 'AGENCY', address: 'https://127.0.0.1/hook', after: 0 };
  expect(await edge.webhooks.subscribe(order, wanted)).toEqual({ ok: true });
  expect(await retention.deliverNext()).toBe(true);
  expect(await edge.webhooks.list('AGENCY')).toMatchObject([
    { state: 'retrying', attempts: 1, lastOutcome: 'address-not-permitted' },
  ]);
  expect(await edge.webhooks.restart('AGENCY', { id: order.id, after: 1 })).toBe(true);
  expect(await retention.deliverNext()).toBe(false);
  expect(await edge.webhooks.cancel(order, { organisation: 'AGENCY', id: order.id })).toEqual({
    ok: true,
  });
  expect(await retention.deliverNext()).toBe(false);
});
test('an operator sees what a hospital holds twice, and scans for it', async () => {
  expect(await arkim('arkim_operator', 'copies', 'objects', 'HOSP-A')).toMatchObject({
    ...{ code: 0, lines: ['kind,instances,bytes,study,other'] },
  });
  expect(await arkim('arkim_operator', 'copies', 'distinct', 'HOSP-A')).toEqual({
    code: 0,
    lines: [STUDY],
  });
  expect(await arkim('arkim_operator', 'copies', 'split', 'HOSP-A')).toEqual({
    code: 0,
    lines: [],
  });
  expect(await arkim('arkim_operator', 'copies', 'scan', 'HOSP-A', '--repair')).toMatchObject({
    code: 0,
  });
});
