import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { runSettle } from '../../apps/ingest-worker/src/run-settle.js';
import { dueStudies } from '../../apps/ingest-worker/src/settle/due-studies.js';
import { storeWithOutages } from '../../libs/storage/src/outage.testing.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/** So often that a job that were to blame would long have been kept aside. */
const ROUNDS = 12;

const objects = storeWithOutages(memoryObjectStore({ nowMs: Date.now, bytesMax: 1e9 }));
let archive: ArchiveCore;
beforeEach(async () => {
  objects.away(false);
  archive = await archiveCore(objects.store);
});
afterEach(() => archive.close());

const slice = (number: number) =>
  part10(ctSlice({ study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${number}` }));
const log = createLog({ name: 'outage test', level: 'silent' });
const attemptsOf = async (job: string) =>
  (await archive.pool.query('select attempts from ingest_jobs where id = $1', [job])).rows[0]
    .attempts as number;

/* The worker's loop for the time of `during`; each time that it looks for work, all jobs are due. */
async function working(during: (round: () => number) => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  let rounds = 0;
  const awaitWork = async () => {
    rounds += 1;
    await archive.pool.query(
      'update ingest_jobs set claimed_until = null where claimed_until > now()',
    );
    if (await during(() => rounds)) stop.abort();
  };
  const { ingest, pool } = archive;
  await runIngest({ ingest, pool, log, awaitWork, pause: awaitWork }, stop.signal);
}

test('F51: while the object store is away jobs wait, however long, and none is kept aside', async () => {
  const jobs = [await archive.send([slice(1), slice(2)]), await archive.send([slice(3)])];
  objects.away(true);
  await working(async (round) => round() >= ROUNDS);
  for (const job of jobs) {
    expect(await archive.receipt(job)).toBeUndefined();
    expect(await attemptsOf(job)).toBeLessThanOrEqual(2);
  }
  expect((await archive.pool.query('select 1 from quarantine')).rowCount).toBe(0);

  objects.away(false);
  const isDone = async () => (await Promise.all(jobs.map(archive.receipt))).every(Boolean);
  await working(isDone);
  for (const job of jobs)
    expect((await archive.receipt(job))?.every(({ outcome }) => outcome === 'stored')).toBe(true);
});

test('F51: a job that is broken itself is kept aside all the same, and the others beside it are stored', async () => {
  const broken = await archive.send([slice(1)]);
  const sound = await archive.send([slice(2)]);
  await archive.pool.query(
    `update ingest_jobs set packs = replace(packs, '"key":"packs/', '"key":"packs/none/') where id = $1`,
    [broken],
  );
  const isDone = async () =>
    (await archive.receipt(broken)) !== undefined && (await archive.receipt(sound)) !== undefined;
  await working(isDone);
  expect(await archive.receipt(broken)).toMatchObject([
    { outcome: 'quarantined', why: 'processing' },
  ]);
  expect(await archive.receipt(sound)).toMatchObject([{ outcome: 'stored' }]);
});

test('F53: a study that can’t be settled while the object store is away is settled afterwards', async () => {
  await archive.send([slice(1)]);
  await archive.work();
  objects.away(true);
  const { settle, pool } = archive;
  const waiting = () => dueStudies(pool, 0);
  const settleUntil = async (enough: (pauses: number) => Promise<boolean>) => {
    const stop = new AbortController();
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      if (await enough(pauses)) stop.abort();
    };
    await runSettle({ settle, pool, log, quietMs: 0, pause }, stop.signal);
  };
  await settleUntil(async (pauses) => pauses >= 3);
  expect(await waiting()).toHaveLength(1);
  objects.away(false);
  await settleUntil(async () => (await waiting()).length === 0);
  const settled = await Array.fromAsync(objects.store.list('packs/settled/'));
  expect(settled).toHaveLength(1);
});
