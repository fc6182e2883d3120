import type { AdmissionLimits } from './admission.js';
import { RECEIVE_LIMITS, type ReceiveLimits } from './receive-limits.js';

/**
 * Bounds of the Store Transaction; `waitMs` is how long a request waits for its receipt (design D14). `flushesJobs`: a job is durable before the
 * workers hear of it. It has to be where the log doesn't commit with it: a fact must never outlive the bytes that it names (ADR 20).
 */
export type StoreSettings = Readonly<{
  waitMs: number;
  flushesJobs: boolean;
  requestsAtOnceMax: number;
  admission: AdmissionLimits;
  receive: ReceiveLimits;
}>;

/** What an archive of one machine takes: some seconds of work may wait, and the disk keeps room for the database. */
export const STORE_SETTINGS: Omit<StoreSettings, 'waitMs' | 'flushesJobs'> = {
  requestsAtOnceMax: 128,
  admission: { waitingJobsMax: 5_000, oldestWaitMsMax: 60_000, freeBytesMin: 1024 ** 3 },
  receive: RECEIVE_LIMITS,
};
