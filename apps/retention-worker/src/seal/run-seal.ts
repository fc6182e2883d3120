import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';
import { type SealRound, sealRound } from './seal-round.js';

const ROUND_MS = 2_000;

/** Chains access records, soon after they were written, until `signal` aborts. */
export async function runSeal(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const round = await sealRound(loop.worker).catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'access records could not be sealed; it goes on',
      );
      return undefined;
    });
    if (round !== undefined) tell(loop, round);
    if (round === undefined || round.count === 0) await loop.pause(ROUND_MS);
  }
}

function tell({ log }: RetentionLoop, { broken, days }: SealRound): void {
  if (broken > 0) log.error({ broken }, 'access records do not open: they were changed');
  if (days > 0) log.info({ days }, 'days of access records sealed');
}
