import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventStore } from '#events/event-store';
import { EventStoreUnavailable } from '#events/event-store-unavailable';
import { TABLE_NAMES } from '#index/postgres/table-projections';
import { createLog } from '#platform/log';
import { wakeUp } from '#platform/wake-up';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { composeIngestWorker } from '../../apps/ingest-worker/src/ingest-worker.module.js';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { type ArchiveCore, archiveCore, TEST_SECRETS } from '../support/archive-core.js';
import { placeBeside } from '../support/log.js';
import { ctSlice, part10 } from '../support/part10.js';
import { TEST_TERMS } from '../support/terms.js';

let archive: ArchiveCore;
beforeEach(async () => {
  archive = await archiveCore(undefined, placeBeside());
});
afterEach(() => archive.close());

const sliceOf = (study: string, instance: string) =>
  part10(ctSlice({ study, series: `${study}.1`, instance }));
const slice = (instance: number) => sliceOf('1.2.3', `1.2.3.1.${instance}`);
const NO_IMAGE = Buffer.from('no image');

/** A worker that has the archive's log with another `append`. */
const workerWith = (append: EventStore['append']) => {
  const { pool, store, ingest, log } = archive;
  const { commitPool } = ingest;
  const nowMs = () => 0;
  const secrets = TEST_SECRETS;
  return composeIngestWorker({
    pool,
    commitPool,
    store,
    secrets,
    nowMs,
    publicUrl: 'http://archive.example',
    terms: TEST_TERMS,
    log: { ...log, append },
  });
};

/** The fact is in the log, and the worker dies before its rows commit. */
const diesAfterAppend: EventStore['append'] = async (appends) => {
  await archive.log.append(appends);
  throw new Error('the worker dies');
};
/** The worker dies before the log has heard of the fact. */
const diesBeforeAppend: EventStore['append'] = () => Promise.reject(new Error('the worker dies'));

const POINTS = [
  { point: 'after the append', append: diesAfterAppend },
  { point: 'before the append', append: diesBeforeAppend },
];

const dieIn = async (append: EventStore['append']) => {
  const { ingest } = workerWith(append);
  const jobs = await takeJobs(ingest.commitPool);
  await expect(ingestBatch(ingest, jobs)).rejects.toThrow('the worker dies');
  await archive.pool.query('update ingest_jobs set claimed_until = null');
};

const intents = async () => (await archive.pool.query('select id from log_intents')).rowCount;
const instancesTold = async () => {
  const facts = await archive.facts('InstancesStored');
  return facts.reduce((sum, { data }) => sum + (data as { count: number }).count, 0);
};
const outcomes = async (job: string) => (await archive.receipt(job))?.map(({ outcome }) => outcome);
const numberFindable = async (study = '1.2.3') => {
  archive.passTime(10_000);
  const { ids, findable } = archive.ingest;
  const view = await findable.series(ids.series('HOSP-A', study, `${study}.1`), { fresh: true });
  return view?.ordered.length;
};
const expectRowsAsLog = async () => {
  const equal = { studies: 0, series: 0, segments: 0, packs: 0 };
  expect(await archive.rebuild()).toMatchObject({ differing: equal, switched: true });
  for (const table of TABLE_NAMES)
    expect(await archive.rebuildTable(table)).toMatchObject({ shown: [] });
};

test.each(POINTS)(
  'K1: a job whose worker dies $point is answered with success, and each instance is told of once',
  async ({ append }) => {
    const job = await archive.send([slice(1), slice(2), NO_IMAGE]);
    await dieIn(append);
    expect(await intents()).toBe(1);
    await archive.work();
    expect(await outcomes(job)).toEqual(['same', 'same', 'quarantined']);
    expect(await numberFindable()).toBe(2);
    expect(await instancesTold()).toBe(2);
    expect(await intents()).toBe(0);
    await expectRowsAsLog();
  },
);

test.each(POINTS)(
  'K1: another grouping of jobs, after a death $point, tells of nothing twice',
  async ({ append }) => {
    const first = await archive.send([slice(1)]);
    await dieIn(append);
    const second = await archive.send([slice(1), slice(2)]);
    await archive.work();
    expect(await outcomes(first)).toEqual(['same']);
    expect(await outcomes(second)).toEqual(['same', 'stored']);
    expect(await instancesTold()).toBe(2);
    await expectRowsAsLog();
  },
);

test.each(POINTS)(
  'K1: what was begun is ended by another worker when no retry comes ($point)',
  async ({ append }) => {
    await archive.send([slice(1), NO_IMAGE]);
    await dieIn(append);
    const { fulfil } = workerWith(archive.log.append);
    /* The server may take a moment to see that the connection of the dead is gone. */
    await expect.poll(() => fulfil?.(), { timeout: 10_000 }).toBe(1);
    expect(await numberFindable()).toBe(1);
    expect(await intents()).toBe(0);
    await expectRowsAsLog();
  },
);

test('K1: the same UID in another study is a conflict, also while the first lacks its rows', async () => {
  await archive.send([sliceOf('1.2.3', '1.9')]);
  await dieIn(diesAfterAppend);
  await archive.pool.query(`update ingest_jobs set claimed_until = 'infinity'`);
  const other = await archive.send([sliceOf('1.2.4', '1.9')]);
  await archive.work();
  expect(await outcomes(other)).toEqual(['quarantined']);
  await expectRowsAsLog();
});

test.each(POINTS)(
  'K2: a study whose worker dies $point of its settled pack is settled, once',
  async ({ append }) => {
    await archive.send([slice(1), slice(2)]);
    await archive.work();
    const claim = archive.ingest.ids.claim('HOSP-A', '1.2.3');
    const due = { claim, hospital: 'HOSP-A' };
    await expect(settleStudy(workerWith(append).settle, due)).rejects.toThrow('the worker dies');
    expect(await settleStudy(archive.settle, due)).toBe(0);
    expect(await archive.facts('PackSettled')).toHaveLength(1);
    await expectRowsAsLog();
  },
);

test('K3: a log that is away burns no attempt and puts nothing aside; the worker goes on when it is back', async () => {
  let away = 4;
  const { ingest } = workerWith((appends) =>
    away-- > 0 ? Promise.reject(new EventStoreUnavailable('away')) : archive.log.append(appends),
  );
  const job = await archive.send([slice(1)]);
  const stop = new AbortController();
  const { sleep } = wakeUp(stop.signal);
  const log = createLog({ name: 'outage test', level: 'fatal' });
  const shortly = () => sleep(10);
  const loop = runIngest(
    { ingest, pool: archive.pool, log, awaitWork: shortly, pause: shortly },
    stop.signal,
  );
  while ((await outcomes(job)) === undefined) await sleep(10);
  stop.abort();
  await loop;
  expect(await outcomes(job)).toEqual(['same']);
  const { rows } = await archive.pool.query('select attempts from ingest_jobs');
  expect(rows).toEqual([{ attempts: 2 }]);
  expect(await instancesTold()).toBe(1);
  await expectRowsAsLog();
});

test('K4: rows that are behind the log are brought up to it before anything is decided', async () => {
  await archive.send([slice(1)]);
  await archive.work();
  const restored = ['studies', 'series', 'segments'].map(
    (table) => `delete from findable_1.${table}`,
  );
  for (const sql of [...restored, 'delete from reservations']) await archive.pool.query(sql);
  const job = await archive.send([slice(1), slice(2)]);
  await archive.work();
  expect(await outcomes(job)).toEqual(['same', 'stored']);
  expect(await numberFindable()).toBe(2);
  await expectRowsAsLog();
});
