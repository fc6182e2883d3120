/** What waits for the workers (or holds a place in this process), by hospital. `oldestMs`: how long the oldest has waited unclaimed. */
export type Waiting = Readonly<{ hospital: string; jobs: number; oldestMs: number }>;

/** `freeBytes` is undefined where the object store has no such bound. */
export type Load = Readonly<{ waiting: readonly Waiting[]; freeBytes: number | undefined }>;

export type AdmissionLimits = Readonly<{
  waitingJobsMax: number;
  oldestWaitMsMax: number;
  freeBytesMin: number;
}>;

export type Admission = 'admitted' | 'overloaded' | 'storage-full';

/** From this share of a bound on, a hospital that takes more than its part is refused, so that the others still get in. */
const CROWDED = 0.5;

/** Decides before the body is read (design D14). */
export function admit(load: Load, hospital: string, limits: AdmissionLimits): Admission {
  if (load.freeBytes !== undefined && load.freeBytes < limits.freeBytesMin) return 'storage-full';
  const jobs = load.waiting.reduce((sum, waiting) => sum + waiting.jobs, 0);
  const oldestMs = load.waiting.reduce((oldest, waiting) => Math.max(oldest, waiting.oldestMs), 0);
  const pressure = Math.max(jobs / limits.waitingJobsMax, oldestMs / limits.oldestWaitMsMax);
  if (pressure >= 1) return 'overloaded';
  return pressure >= CROWDED && isOverItsShare(load.waiting, hospital, jobs)
    ? 'overloaded'
    : 'admitted';
}

/** Alone, a hospital may fill the queue; beside others, its share is an equal part. */
function isOverItsShare(waiting: readonly Waiting[], hospital: string, jobs: number): boolean {
  const own = waiting.find((candidate) => candidate.hospital === hospital)?.jobs ?? 0;
  const hospitals = waiting.filter((candidate) => candidate.jobs > 0).length;
  return hospitals > 1 && own * hospitals > jobs;
}
