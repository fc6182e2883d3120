import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { wakeUp } from '#platform/wake-up';
import type { Lane } from '#storage/ingest-job';
import {
  type ImportShare,
  importShare,
  NO_IMPORTS,
  takeJobs,
} from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/** From so many waiting stores on, imports give way. */
const CROWD = 8;

let archive: ArchiveCore;
beforeEach(async () => {
  archive = await archiveCore();
});
afterEach(() => archive.close());

let instance = 0;
const send = async (jobs: number, lane: Lane = 'store') => {
  for (let job = 0; job < jobs; job++) {
    instance++;
    const uids = { study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${instance}` };
    const id = await archive.send([part10(ctSlice(uids))]);
    await archive.pool.query('update ingest_jobs set lane = $2 where id = $1', [id, lane]);
  }
};
const take = async (share: ImportShare) =>
  (await takeJobs(archive.ingest.commitPool, share)).map(({ lane }) => lane);
const lanes = (stores: number, imports: number): readonly Lane[] => [
  ...Array.from({ length: stores }, () => 'store' as const),
  ...Array.from({ length: imports }, () => 'import' as const),
];

test('stores that come later are taken before imports, and a crowd of them alone', async () => {
  await send(2, 'import');
  await send(CROWD);
  const crowded = importShare(1);
  expect(await take(crowded)).toEqual(lanes(CROWD, 0));
  expect(await take(crowded)).toEqual(lanes(0, 2));
});

test('beside few stores some imports are taken, behind the stores', async () => {
  await send(6, 'import');
  await send(CROWD - 1);
  expect(await take(importShare(1))).toEqual(lanes(CROWD - 1, 4));
  expect(await take(importShare(1))).toEqual(lanes(0, 2));
});

test('a lane without a share takes no import, whatever waits', async () => {
  await send(1, 'import');
  expect(await take(NO_IMPORTS)).toEqual([]);
  expect(await take(importShare(1))).toEqual(lanes(0, 1));
});

test('an import is taken in one take of eight, however many stores wait', async () => {
  await send(3, 'import');
  const taken: Lane[] = [];
  for (let number = 1; number <= 16; number++) {
    await send(CROWD);
    taken.push(...(await take(importShare(number))));
  }
  expect(taken.filter((lane) => lane === 'import')).toHaveLength(2);
  expect(taken.filter((lane) => lane === 'store')).toHaveLength(16 * CROWD);
});

test('a worker makes facts of all of both lanes', async () => {
  await send(20, 'import');
  await send(100);
  const stop = new AbortController();
  const log = createLog({ name: 'lanes test', level: 'fatal' });
  const { ingest, pool } = archive;
  const awaitWork = wakeUp(stop.signal).sleep;
  const loop = runIngest({ ingest, pool, log, awaitWork, pause: awaitWork }, stop.signal);
  const waiting = async () =>
    (await pool.query('select 1 from ingest_jobs where completed_at is null')).rowCount;
  while ((await waiting()) !== 0) await new Promise((go) => setTimeout(go, 10));
  stop.abort();
  await loop;
  archive.passTime(10_000);
  const { ids, findable } = ingest;
  const view = await findable.series(ids.series('HOSP-A', '1.2.3', '1.2.3.1'), { fresh: true });
  expect(view?.ordered).toHaveLength(120);
});
