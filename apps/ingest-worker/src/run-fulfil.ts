import type { Log } from '#platform/log';
import { isLogAway } from './log-away.js';

const ROUND_MS = 5_000;

export type FulfilLoop = Readonly<{
  fulfil: () => Promise<number>;
  log: Log;
  pause: (ms: number) => Promise<void>;
}>;

/** Ends what dead workers intended to append and nobody has taken up since, until `signal` aborts (ADR 16). */
export async function runFulfil({ fulfil, log, pause }: FulfilLoop, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      const ended = await fulfil();
      if (ended > 0) log.info({ ended }, 'what a dead worker had begun was ended');
    } catch (error) {
      if (isLogAway(error)) log.warn({ err: error }, 'the log does not answer');
      else log.error({ err: error }, 'what a dead worker had begun could not be ended');
    }
    await pause(ROUND_MS);
  }
}
