import type { Log } from '#platform/log';
import { isLogAway } from './log-away.js';

const ROUND_MS = 1_000;

export type RevocationLoop = Readonly<{
  revoke: () => Promise<number>;
  log: Log;
  pause: (ms: number) => Promise<void>;
}>;

/** Ends rejections that somebody revokes, until `signal` aborts. What fails is tried again. */
export async function runRevocations(
  { revoke, log, pause }: RevocationLoop,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await revoke();
    } catch (err) {
      log[isLogAway(err) ? 'warn' : 'error']({ err }, 'rejections could not be revoked now');
    }
    await pause(ROUND_MS);
  }
}
