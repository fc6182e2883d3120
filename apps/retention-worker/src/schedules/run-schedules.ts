import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 1_000;

/** Makes the schedules anew of what has changed, until `signal` aborts. */
export async function runSchedules(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const round = await loop.worker.writeSchedules().catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'schedules could not be made; it goes on',
      );
      return undefined;
    });
    if (round?.isBusy !== true) await loop.pause(ROUND_MS);
  }
}
