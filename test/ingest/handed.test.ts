import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { type IngestJob, ingestJobOf } from '#storage/ingest-job';
import { writeLandingPack } from '#storage/landing-pack';
import { ingestQueue } from '#storage/postgres/ingest-queue';
import { gatherPacks, smallPackId } from '#storage/small-landing';
import {
  type HandedJobs,
  handedJobs,
  withHandedBodies,
} from '../../apps/ingest-worker/src/handed/handed-jobs.js';
import { runHanded } from '../../apps/ingest-worker/src/handed/run-handed.js';
import type { Outcome } from '../../apps/ingest-worker/src/ingest/job.js';
import { wakeUp } from '../../apps/ingest-worker/src/wake-up.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/* A log beside the database has no hand-over. */
let archive: ArchiveCore;
let handed: HandedJobs;
let bodies: Map<string, Buffer>;
let stop: AbortController;
let running: Promise<void>;
let loseCommit: boolean;

beforeEach(async () => {
  archive = await archiveCore(undefined, 'within');
  bodies = new Map();
  stop = new AbortController();
  loseCommit = false;
  const bell = wakeUp(stop.signal);
  handed = handedJobs(bodies, { nowMs: Date.now, knock: bell.knock });
  const store = withHandedBodies(archive.store, bodies);
  const ingest = { ...archive.ingest, store, within: losing(archive.ingest.within) };
  const log = createLog({ name: 'handed test', level: 'fatal' });
  running = runHanded({ ingest, handed, log, awaitWork: bell.sleep }, stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await archive.close();
});

/** The answer to a commit is lost: it has happened, and its client hears of a fault. */
const losing =
  (within: ArchiveCore['ingest']['within']): ArchiveCore['ingest']['within'] =>
  (client) => {
    if (loseCommit) {
      const query = client.query.bind(client);
      client.query = (async (...args: Parameters<typeof query>) => {
        const answer = await query(...args);
        if ((args[0] as unknown) === 'commit') throw new Error('the connection broke');
        return answer;
      }) as typeof client.query;
    }
    return within(client);
  };

const file = (instance: number) =>
  part10(
    ctSlice(
      { study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${instance}` },
      { '00200013': ['IS', String(instance)] },
    ),
  );

/** A request of these files as an edge has landed it: in the object store, or to commit with its job. */
async function landed(files: readonly Buffer[], small = false): Promise<IngestJob> {
  const id = randomUUID();
  const { target, packs } = gatherPacks();
  const request = { request: id, hospital: 'HOSP-A', caller: 'test' };
  const limits = { packBytesMax: 1e9, partBytesMax: 1e9 };
  const newPackId = small ? smallPackId : randomUUID;
  const to = small ? target : archive.store;
  const parts = await writeLandingPack(to, { request, newPackId, limits }, each(files));
  const job = ingestJobOf({ id, hospital: 'HOSP-A', actor: 'test', study: null }, parts);
  return small ? { ...job, bodies: packs } : job;
}

async function* each(files: readonly Buffer[]) {
  for (const file of files) yield { body: once(file) };
}
async function* once(bytes: Buffer) {
  yield bytes;
}

const outcomesIn = (receipt: string | undefined) =>
  receipt && (JSON.parse(receipt).outcomes as Outcome[]).map(({ outcome }) => outcome);

const stored = async () =>
  (await archive.facts('InstancesStored')).reduce(
    (sum, { data }) => sum + Number((data as { count: number }).count),
    0,
  );

test('a job that is handed over becomes facts, and its row commits with them, done', async () => {
  const job = await landed([file(1), file(2)]);
  const receipt = await handed.take(job);
  expect(outcomesIn(receipt)).toEqual(['stored', 'stored']);
  expect(await archive.receipt(job.id)).toEqual(JSON.parse(receipt as string).outcomes);
  expect(await stored()).toBe(2);
  await archive.work();
  expect(await stored()).toBe(2);
});

test('jobs of many senders at once are all answered, each by its own receipt', async () => {
  const jobs = await Promise.all(Array.from({ length: 40 }, (_, n) => landed([file(n)])));
  const receipts = await Promise.all(jobs.map(handed.take));
  for (const [at, receipt] of receipts.entries())
    expect(JSON.parse(receipt as string).outcomes).toMatchObject([{ instance: `1.2.3.1.${at}` }]);
  expect(await stored()).toBe(40);
});

test('a small pack commits with the job, under the rules of its role', async () => {
  const job = await landed([file(1)], true);
  expect(outcomesIn(await handed.take(job))).toEqual(['stored']);
  const [pack] = job.packs;
  const whole = await archive.store.read(pack!.key, { start: 0, end: pack!.bytes });
  expect(whole).toEqual(job.bodies?.[0]?.body);
  const [part] = job.parts;
  const { offset, bytes, sha256 } = part as Exclude<typeof part, { refused: unknown } | undefined>;
  const digest = createHash('sha256').update(whole!.subarray(offset, offset + bytes));
  expect(digest.digest('hex')).toBe(sha256);
  expect(bodies.size).toBe(0);
});

test('the same instance in another request is the same again; in conflict it is kept aside', async () => {
  await handed.take(await landed([file(1)]));
  expect(outcomesIn(await handed.take(await landed([file(1), file(2)])))).toEqual([
    'same',
    'stored',
  ]);
  const other = part10(
    ctSlice(
      { study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' },
      { '00200013': ['IS', '9'] },
    ),
  );
  expect(outcomesIn(await handed.take(await landed([other])))).toEqual(['quarantined']);
});

test('a request that was accepted before is left to the queue, which knows its receipt', async () => {
  const [first, again] = [await landed([file(1)]), await landed([file(1)])];
  await handed.take(first);
  expect(await handed.take(again)).toBeUndefined();
  const joined = await ingestQueue(archive.pool)(again, 'receipt');
  expect(joined).toEqual({ id: first.id, joined: true });
  expect(await archive.receipt(again.id)).toBeUndefined();
  expect(await stored()).toBe(1);
});

test('F17: a commit whose answer was lost has happened: the queue joins it', async () => {
  const job = await landed([file(1)]);
  loseCommit = true;
  expect(await handed.take(job)).toBeUndefined();
  expect(await ingestQueue(archive.pool)(job, 'receipt')).toEqual({ id: job.id, joined: true });
  expect(await archive.receipt(job.id)).toMatchObject([{ outcome: 'stored' }]);
  expect(await stored()).toBe(1);
});

test('F18: a job that fails in the worker leaves nothing, and is stored from the queue', async () => {
  const job = await landed([file(1)]);
  const lost = { ...job, packs: [{ ...job.packs[0]!, key: 'packs/landing/nowhere' }] };
  expect(await handed.take(lost)).toBeUndefined();
  expect(await archive.facts()).toEqual([]);
  const { rows } = await archive.pool.query('select from ingest_jobs');
  expect(rows).toEqual([]);
  await ingestQueue(archive.pool)(job, 'receipt');
  await archive.work();
  expect(await archive.receipt(job.id)).toMatchObject([{ outcome: 'stored' }]);
});

test('what comes after the worker was told to stop is left to the queue', async () => {
  stop.abort();
  await running;
  expect(await handed.take(await landed([file(1)]))).toBeUndefined();
});
