import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { disposeNext } from '../../apps/retention-worker/src/disposal/run-disposal.js';
import { type ArchiveUnderRoles, archiveUnderRoles } from '../roles/archive-under-roles.js';
import { STUDY, slice } from './disposal-archive.js';

const STEPS_MAX = 50;

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles({ settings: { ARKIM_DISPOSAL_GRACE_DAYS: '0' } });
  const { pool } = archive.database;
  await pool.query(
    `insert into hospitals (hospital, name, onboarded_at, settings) values ('HOSP-A', 'A', now(), '{"jurisdiction":"LU"}')
     on conflict (hospital) do update set settings = excluded.settings`,
  );
});
afterAll(() => archive.close());

const order = (actor: string) => ({ id: crypto.randomUUID(), actor });

test('each program does its part of a disposal with the rights of its role', async () => {
  const { database, edge, ingest, retention } = archive;
  const { pool } = database;
  const stored = archive.post(slice(1));
  for (let isOpen = true; isOpen; ) {
    await ingestBatch(ingest.ingest, await takeJobs(ingest.pool));
    isOpen = await Promise.race([
      stored.then(() => false),
      new Promise<true>((go) => setTimeout(() => go(true), 20)),
    ]);
  }
  expect((await stored).status).toBe(200);
  for (let isBusy = true; isBusy; ) {
    const round = await retention.writeSchedules();
    isBusy = round.isBusy || round.subjects > 0;
  }
  const desk = edge.dispositions;
  const made = await desk.propose(order('a'.repeat(32)), 'HOSP-A', undefined);
  const batch = made.ok ? made.batch : '';
  await desk.approve(order('a'.repeat(32)), 'HOSP-A', { batch, capacity: 'records' });
  await desk.approve(order('b'.repeat(32)), 'HOSP-A', { batch, capacity: 'medical' });
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const isBusy = await disposeNext(retention.disposal);
    const { rows } = await pool.query('select claim, hospital from settle_queue');
    for (const due of rows) await settleStudy(ingest.settle, due);
    await pool.query('delete from settle_queue');
    await pool.query(`update disposals set due_at = now(), leased_until = '-infinity'`);
    if (!isBusy) break;
  }
  const { rows } = await pool.query('select step, why from disposals');
  expect(rows).toEqual([{ step: 'done', why: '' }]);
  expect(await desk.read('HOSP-A', batch)).toMatchObject({ batch: { certified: true } });
  expect((await archive.get(`/studies/${STUDY}/metadata`)).status).toBe(410);
});
