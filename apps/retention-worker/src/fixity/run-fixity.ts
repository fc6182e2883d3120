import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';
import type { FixityStep } from './fixity-round.js';

const REST_MS = 10_000;

/** Reads everything again, batch by batch, until `signal` aborts. */
export async function runFixity(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const step = await loop.worker.fixityStep(signal).catch((error: unknown) => {
      if (!signal.aborted)
        loop.log[isOutage(error) ? 'warn' : 'error'](
          { err: error },
          'packs could not be read again; it goes on',
        );
      return 'rest' as const;
    });
    if (typeof step === 'string') await loop.pause(REST_MS);
    else tell(loop, step);
  }
}

function tell({ log }: RetentionLoop, { told, healed }: Exclude<FixityStep, string>): void {
  const { round, number, packs, bytes, damaged } = told;
  if (damaged > 0) log.error({ round, number, damaged, healed }, 'packs are damaged');
  if (told.isLast) log.info({ round, packs, bytes }, 'a round of fixity has ended');
}
