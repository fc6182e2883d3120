import type { Pool } from 'pg';
import { MasterKeyUnavailable } from '#events/master-key';
import type { Log } from '#platform/log';
import { isLockLate } from '#platform/statement-late';
import { isOutage } from '#storage/outage';
import { type Ingest, ingestBatch } from './ingest/ingest-batch.js';
import type { Job } from './ingest/job.js';
import {
  type ImportShare,
  importShare,
  mayLeaveMore,
  NO_IMPORTS,
  ofLane,
  returnJob,
  returnUncounted,
  takeJobs,
} from './ingest/take-jobs.js';
import { isLogAway } from './log-away.js';

/** One lane reads headers while the other waits for its commit. Only the first takes imports: a store never waits behind one. */
const LANES: readonly ((take: number) => ImportShare)[] = [importShare, () => NO_IMPORTS];
const IDLE_MS = 500;
const ATTEMPTS_MAX = 5;
const RETRY_SECONDS = 2;
const LOCKED_RETRY_SECONDS = 1;
/** While the object store is away, jobs are tried again this often. */
const OUTAGE_RETRY_SECONDS = 5;
/** How often a lane asks whether a log that was away is back. */
const LOG_AWAY_MS = 1_000;

export type IngestLoop = Readonly<{
  ingest: Ingest;
  pool: Pool;
  log: Log;
  /** Resolves when a job may be waiting, at the latest after `ms`. */
  awaitWork: (ms: number) => Promise<void>;
  /** Resolves after `ms`, whatever waits. */
  pause: (ms: number) => Promise<void>;
}>;

/** Takes jobs and makes facts of them until `signal` aborts; what is under way is finished first. */
export async function runIngest(loop: IngestLoop, signal: AbortSignal): Promise<void> {
  await Promise.all(LANES.map((share) => runLane(loop, share, signal)));
}

const runLane = async (
  loop: IngestLoop,
  share: (take: number) => ImportShare,
  signal: AbortSignal,
) => {
  for (let take = 0; !signal.aborted; take++) {
    try {
      const jobs = await takeJobs(loop.ingest.commitPool, share(take));
      if (!(await ingestAll(loop, jobs))) await sitOut(loop, signal);
      else if (!mayLeaveMore(jobs)) await loop.awaitWork(IDLE_MS);
    } catch (error) {
      loop.log.error({ err: error }, 'ingest lane failed; it goes on');
      await loop.awaitWork(IDLE_MS);
    }
  }
};

/** False when the log was away: the jobs wait again, and the attempt doesn't count. */
const ingestAll = async (loop: IngestLoop, jobs: readonly Job[]): Promise<boolean> => {
  try {
    await ingestOrIsolate(loop, ofLane(jobs, 'store'));
    await ingestOrIsolate(loop, ofLane(jobs, 'import'));
    return true;
  } catch (error) {
    if (!isLogAway(error)) throw error;
    loop.log.warn({ err: error, jobs: jobs.length }, 'the log does not answer; jobs wait');
    await returnUncounted(loop.pool, idsOf(jobs), 0);
    return false;
  }
};

/** Until the log can be asked again about what was under way. */
const sitOut = async ({ ingest, log, pause }: IngestLoop, signal: AbortSignal) => {
  while (!signal.aborted) {
    await pause(LOG_AWAY_MS);
    try {
      await ingest.putRight([]);
      log.info('the log answers again');
      return;
    } catch (error) {
      if (!isLogAway(error)) throw error;
    }
  }
};

/** A batch that fails is taken apart, so that one job can't hold up the others. */
const ingestOrIsolate = async (loop: IngestLoop, jobs: readonly Job[]) => {
  if (jobs.length === 0) return;
  try {
    await ingestBatch(loop.ingest, jobs);
    return;
  } catch (error) {
    if (await waitsForOthers(loop, jobs, error)) return;
    loop.log.warn({ err: error, jobs: jobs.length }, 'a batch failed; its jobs go one by one');
  }
  for (const job of jobs) await ingestAlone(loop, job);
};

const ingestAlone = async (loop: IngestLoop, job: Job) => {
  try {
    await ingestBatch(loop.ingest, [job], { keepAside: job.attempts >= ATTEMPTS_MAX });
  } catch (error) {
    if (await waitsForOthers(loop, [job], error)) return;
    loop.log.error({ err: error, job: job.id, attempts: job.attempts }, 'a job failed');
    await returnJob(loop.pool, job.id, RETRY_SECONDS * job.attempts);
  }
};

/** Whether jobs failed through no fault of theirs: then they wait. A log that is away is for the whole lane to sit out. */
const waitsForOthers = async (loop: IngestLoop, jobs: readonly Job[], error: unknown) => {
  if (isLogAway(error)) throw error;
  if (isLockLate(error)) await waitForLock(loop, jobs, error);
  else if (isOutage(error)) await waitForStore(loop, jobs, error);
  else if (error instanceof MasterKeyUnavailable) await waitForKeys(loop, jobs, error);
  else return false;
  return true;
};

/** A rebuild keeps appends out while it compares: however long that takes, no attempt is counted. */
const waitForLock = async ({ log, pool }: IngestLoop, jobs: readonly Job[], error: unknown) => {
  log.warn({ err: error, jobs: jobs.length }, 'a lock was not free in time; the jobs wait');
  await returnUncounted(pool, idsOf(jobs), LOCKED_RETRY_SECONDS);
};

/** No job is blamed for it: none comes nearer to quarantine while the object store is away. */
const waitForStore = async (loop: IngestLoop, jobs: readonly Job[], error: unknown) => {
  loop.log.warn({ err: error, jobs: jobs.length }, 'the object store is away; jobs wait for it');
  await returnUncounted(loop.pool, idsOf(jobs), OUTAGE_RETRY_SECONDS);
  await loop.awaitWork(IDLE_MS);
};

/** Nor while the device of the master key is. */
const waitForKeys = async (loop: IngestLoop, jobs: readonly Job[], error: unknown) => {
  loop.log.warn({ err: error, jobs: jobs.length }, 'the master key is away; jobs wait for it');
  await returnUncounted(loop.pool, idsOf(jobs), OUTAGE_RETRY_SECONDS);
  await loop.awaitWork(IDLE_MS);
};

const idsOf = (jobs: readonly Job[]): readonly string[] => jobs.map(({ id }) => id);
