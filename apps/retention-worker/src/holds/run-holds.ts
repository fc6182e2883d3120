import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 1_000;

/** Brings legal holds to their studies, soon after a case is opened or a study comes into one, until `signal` aborts. */
export async function runHolds(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const done = await loop.worker.placeHolds().catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'legal holds could not be placed; it goes on',
      );
      return undefined;
    });
    if (done !== undefined && done.placed + done.released > 0)
      loop.log.info({ placed: done.placed, released: done.released }, 'legal holds');
    if (done?.isBusy !== true) await loop.pause(ROUND_MS);
  }
}
