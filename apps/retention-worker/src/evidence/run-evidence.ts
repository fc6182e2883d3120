import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';
import { logRound } from './log-round.js';
import { stampRound } from './stamp-round.js';

const ROUND_MS = 5_000;
const STAMPS_MS = 60_000;

/** Takes the events of the log into its tree and seals each day, until `signal` aborts. */
export async function runLogSeal(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const round = await logRound(loop.worker).catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'the log could not be sealed; it goes on',
      );
      return undefined;
    });
    if (round?.sealed !== undefined) loop.log.info({ day: round.sealed }, 'the log is sealed');
    if (round === undefined || round.taken === 0) await loop.pause(ROUND_MS);
  }
}

/** Has the seals stamped, until `signal` aborts; at once done when the settings name no authority. */
export async function runStamps(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  const { stamping } = loop.worker;
  if (stamping === undefined) return;
  while (!signal.aborted) {
    await stampRound(stamping, signal).then(
      (days) => days.length > 0 && loop.log.info({ days: days.length }, 'seals time-stamped'),
      (error: unknown) => {
        if (!signal.aborted) loop.log.warn({ err: error }, 'no time-stamp; it is asked for again');
      },
    );
    await loop.pause(STAMPS_MS);
  }
}
