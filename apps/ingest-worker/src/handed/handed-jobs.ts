import { type IngestJob, requestDigest } from '#storage/ingest-job';
import type { ObjectStore } from '#storage/object-store';
import type { Job } from '../ingest/job.js';

/** Beyond this many that wait, edges queue: the queue is what tells them that the workers lag (design D14). */
const WAITING_JOBS_MAX = 256;
/** Who has waited so long for a lane is queued. */
const WAIT_MS_MAX = 2_000;
const BATCH_JOBS_MAX = 64;

/** A job as an edge handed it over, and who waits for its receipt's JSON; undefined tells the edge to queue it. */
export type HandedJob = Readonly<{ job: Job; answer: (receipt: string | undefined) => void }>;

/** Jobs that edges handed over and no lane has taken yet. */
export type HandedJobs = Readonly<{
  /** See TakeHanded. */
  take: (job: IngestJob) => Promise<string | undefined>;
  /** The oldest, at most as many as make one batch. */
  next: () => readonly HandedJob[];
  /** Those that wait, and all that come from now on, are to be queued. */
  refuse: () => void;
}>;

/** `knock` is called for each that comes; `bodies` has the small packs of those that wait or are under way. */
export function handedJobs(
  bodies: Map<string, Buffer>,
  { nowMs, knock }: Readonly<{ nowMs: () => number; knock: () => void }>,
): HandedJobs {
  const waiting: (HandedJob & Readonly<{ sinceMs: number }>)[] = [];
  let refused = false;
  return {
    take: (given) =>
      new Promise((resolve) => {
        if (refused || waiting.length >= WAITING_JOBS_MAX) return resolve(undefined);
        const { bodies: own = [] } = given;
        for (const { key, body } of own) bodies.set(key, body);
        const answer = (receipt: string | undefined) => {
          for (const { key } of own) bodies.delete(key);
          resolve(receipt);
        };
        waiting.push({ job: jobOf(given), answer, sinceMs: nowMs() });
        knock();
      }),
    next: () => {
      const taken = waiting.splice(0, BATCH_JOBS_MAX);
      const late = taken.filter(({ sinceMs }) => nowMs() - sinceMs > WAIT_MS_MAX);
      for (const { answer } of late) answer(undefined);
      return taken.filter((each) => !late.includes(each));
    },
    refuse: () => {
      refused = true;
      for (const { answer } of waiting.splice(0)) answer(undefined);
    },
  };
}

function jobOf({ study, bodies = [], ...given }: IngestJob): Job {
  return {
    ...given,
    study: study ?? undefined,
    attempts: 1,
    lane: 'store',
    handed: { digest: requestDigest({ ...given, study }), bodies },
  };
}

/** `store`, and before it the small packs that are not committed yet. */
export const withHandedBodies = (
  store: ObjectStore,
  bodies: ReadonlyMap<string, Buffer>,
): ObjectStore => ({
  ...store,
  read: async (key, range, allocate) =>
    bodies.get(key)?.subarray(range.start, range.end) ?? store.read(key, range, allocate),
});
