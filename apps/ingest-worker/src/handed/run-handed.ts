import type { Log } from '#platform/log';
import { receiptOf } from '../ingest/commit-receipts.js';
import { type Ingest, ingestBatch } from '../ingest/ingest-batch.js';
import type { HandedJob, HandedJobs } from './handed-jobs.js';
import { RequestKnown } from './keep-handed.js';

/** One lane reads headers while the other waits for its commit. */
const LANES = 2;
const IDLE_MS = 10_000;

export type HandedLoop = Readonly<{
  ingest: Ingest;
  handed: HandedJobs;
  log: Log;
  /** Resolves when a job may be waiting, at the latest after `ms`. */
  awaitWork: (ms: number) => Promise<void>;
}>;

/** Makes facts of the jobs that edges hand over until `signal` aborts; what is under way is finished first. */
export async function runHanded(loop: HandedLoop, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: LANES }, () => runLane(loop, signal)));
  loop.handed.refuse();
}

const runLane = async (loop: HandedLoop, signal: AbortSignal) => {
  while (!signal.aborted) {
    const taken = loop.handed.next();
    if (taken.length === 0) await loop.awaitWork(IDLE_MS);
    else await ingestAll(loop, taken);
  }
};

/** Whatever goes wrong, the queue knows what to do: it counts attempts, takes a batch apart, waits for what is away. */
const ingestAll = async ({ ingest, log }: HandedLoop, taken: readonly HandedJob[]) => {
  try {
    const outcomes = await ingestBatch(
      ingest,
      taken.map(({ job }) => job),
    );
    for (const { job, answer } of taken) answer(receiptOf(outcomes.get(job) ?? []));
  } catch (error) {
    if (!(error instanceof RequestKnown))
      log.warn({ err: error, jobs: taken.length }, 'jobs that were handed over are queued');
    for (const { answer } of taken) answer(undefined);
  }
};
