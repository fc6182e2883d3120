import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { TABLE_NAMES } from '#index/postgres/table-projections';
import { openFileObjectStore } from '#storage/filesystem/file-object-store';
import { readPlace } from '#storage/read-place';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import type { LogPlace } from '../support/log.js';
import { ctSlice, part10 } from '../support/part10.js';

const CHILD = 'test/simulation/crashing-worker.mjs';

type Run = Readonly<{ killed: boolean; steps: number }>;

/** One archive whose worker runs in a process of its own, to be killed at a step. */
async function crashWorker(place?: LogPlace) {
  const root = await mkdtemp(join(tmpdir(), 'arkim-crash-'));
  const faults: unknown[] = [];
  const store = await openFileObjectStore({ root, report: (fault) => faults.push(fault) });
  const archive = await archiveCore(store, place);
  const run = (plan: Readonly<{ crashAt?: number; settleNow?: boolean }>) =>
    runChild({ url: archive.url, log: archive.logPlan, root, ...plan });
  return {
    archive,
    run,
    /** Claims of a dead worker run out. */
    passLease: () => archive.pool.query('update ingest_jobs set claimed_until = null'),
    close: async () => {
      await archive.close();
      store.close();
      await rm(root, { recursive: true });
      expect(faults).toEqual([]);
    },
  };
}

const runChild = (plan: object): Promise<Run> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [CHILD, JSON.stringify(plan)], (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve({ killed: true, steps: 0 });
      else if (error) reject(new Error(stderr, { cause: error }));
      else resolve({ killed: false, ...JSON.parse(stdout) });
    });
  });

const slice = (instance: number, number = instance) =>
  part10(
    ctSlice(
      { study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${instance}` },
      { '00200013': ['IS', String(number)] },
    ),
  );

/** What a hospital sends in the simulation: new, the same again, in conflict, unreadable. */
const REQUESTS: readonly (readonly Buffer[])[] = [
  [slice(1), slice(2)],
  [slice(3), slice(1), Buffer.from('no image')],
  [slice(2, 99), slice(4)],
];

/** What the receipts must say, however often the worker died: a crash between slices may turn stored into the same again. */
const OUTCOMES = [
  ['kept', 'kept'],
  ['kept', 'kept', 'quarantined'],
  ['quarantined', 'kept'],
];

/** Nothing that was accepted is missing, no fact lacks bytes, rows are what the log says. */
async function checkArchive(archive: ArchiveCore, jobs: readonly string[]): Promise<void> {
  const receipts = await Promise.all(jobs.map(archive.receipt));
  const said = receipts.map((outcomes) =>
    outcomes?.map(({ outcome }) => (outcome === 'quarantined' ? outcome : 'kept')),
  );
  expect(said).toEqual(OUTCOMES);
  archive.passTime(10_000);
  const { ids, findable } = archive.ingest;
  const view = await findable.series(ids.series('HOSP-A', '1.2.3', '1.2.3.1'), { fresh: true });
  expect(view?.ordered.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  for (const { place, number } of view?.ordered ?? [])
    expect((await readPlace(archive.store, place)).equals(slice(Number(number)))).toBe(true);
  const aside = await archive.pool.query('select part from quarantine');
  expect(aside.rowCount).toBe(2);
  await checkFacts(archive);
  expect(await archive.rebuild()).toMatchObject({ switched: true });
  for (const table of TABLE_NAMES)
    expect(await archive.rebuildTable(table)).toMatchObject({ shown: [] });
}

/** Each instance is told of once, and nothing is left that somebody intended. */
const checkFacts = async (archive: ArchiveCore): Promise<void> => {
  const stored = await archive.facts('InstancesStored');
  const told = stored.map(({ data }) => (data as { count: number }).count);
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(4);
  const open = await archive.pool.query('select id from log_intents');
  expect(open.rowCount).toBe(0);
};

/** Kills the worker at every `every`-th step of the same work, each time in an archive of its own, and lets it start again. */
export async function killAtSteps(every: number, place?: LogPlace): Promise<void> {
  const total = await countSteps(place);
  expect(total).toBeGreaterThan(40);
  for (let crashAt = 1; crashAt <= total; crashAt += every) {
    const { archive, run, passLease, close } = await crashWorker(place);
    const jobs: string[] = [];
    for (const files of REQUESTS) jobs.push(await archive.send(files));
    expect(await run({ crashAt, settleNow: true })).toMatchObject({ killed: true });
    await passLease();
    expect(await run({ settleNow: true })).toMatchObject({ killed: false });
    await checkArchive(archive, jobs);
    await close();
  }
}

const countSteps = async (place: LogPlace | undefined): Promise<number> => {
  const { archive, run, close } = await crashWorker(place);
  for (const files of REQUESTS) await archive.send(files);
  const { steps } = await run({ settleNow: true });
  await close();
  return steps;
};
