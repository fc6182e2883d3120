import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';

const REST_MS = 2_000;

/** Brings packs to the second place, where there is one, until `signal` aborts. */
export async function runCopies(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  const { copyStep } = loop.worker;
  if (copyStep === undefined) return;
  while (!signal.aborted) {
    const step = await copyStep(signal).catch((error: unknown) => {
      if (!signal.aborted)
        loop.log[isOutage(error) ? 'warn' : 'error'](
          { err: error },
          'packs could not be copied; it goes on',
        );
      return undefined;
    });
    if (step !== undefined && step.damaged > 0)
      loop.log.error({ damaged: step.damaged }, 'packs are damaged and were not copied');
    if (step === undefined || step.followed === 0) await loop.pause(REST_MS);
  }
}
