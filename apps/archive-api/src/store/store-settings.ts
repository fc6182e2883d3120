import type { AdmissionLimits } from './admission.js';
import { RECEIVE_LIMITS, type ReceiveLimits } from './receive-limits.js';

/** Bounds of the Store Transaction; `waitMs` is how long a request waits for its receipt (design D14). */
export type StoreSettings = Readonly<{
  waitMs: number;
  requestsAtOnceMax: number;
  admission: AdmissionLimits;
  receive: ReceiveLimits;
}>;

/** What an archive of one machine takes: some seconds of work may wait, and the disk keeps room for the database. */
export const STORE_SETTINGS: Omit<StoreSettings, 'waitMs'> = {
  requestsAtOnceMax: 128,
  admission: { waitingJobsMax: 5_000, oldestWaitMsMax: 60_000, freeBytesMin: 1024 ** 3 },
  receive: RECEIVE_LIMITS,
};
