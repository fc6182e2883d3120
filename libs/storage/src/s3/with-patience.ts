import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient, isUncertain, unavailable } from './s3-failure.js';
import type { S3Limits } from './s3-limits.js';

/**
 * Does `work` again while it fails in a way that may pass, within the bounds, after a wait of chance length that grows. `repeated`
 * tells it that an attempt before it may have done its work. Rejects with what the last attempt ended with, or the signal's reason.
 */
export type Patience = <T>(
  signal: AbortSignal | undefined,
  work: (repeated: boolean) => Promise<T>,
) => Promise<T>;

/** `chance` gives at least 0, below 1. */
export type PatienceOptions = Readonly<{
  limits: Pick<S3Limits, 'attemptsMax' | 'attemptsMs' | 'waitMs' | 'waitMsMax'>;
  nowMs: () => number;
  chance: () => number;
}>;

/** Full jitter: callers that failed together don't come back together. */
export function patience({ limits, nowMs, chance }: PatienceOptions): Patience {
  return async (signal, work) => {
    const endMs = nowMs() + limits.attemptsMs;
    let repeated = false;
    for (let attempted = 1; ; attempted++) {
      try {
        return await work(repeated);
      } catch (error) {
        signal?.throwIfAborted();
        const waitMs = chance() * Math.min(limits.waitMsMax, limits.waitMs * 2 ** (attempted - 1));
        const last = attempted >= limits.attemptsMax || nowMs() + waitMs > endMs;
        if (last || !isTransient(error)) throw unavailable(error);
        repeated ||= isUncertain(error);
        await waitFor(waitMs, signal);
      }
    }
  };
}

async function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } finally {
    signal?.throwIfAborted();
  }
}
