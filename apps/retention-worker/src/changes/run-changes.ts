import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 1_000;
/** When the log has nothing new, so often the next studies are looked at again. */
const SWEEP_MS = 10_000;

/** Tells what became of studies, soon after the log does, until `signal` aborts. */
export async function runChanges(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  let sweptMs = loop.nowMs();
  while (!signal.aborted) {
    const sweep = loop.nowMs() - sweptMs >= SWEEP_MS;
    const told = await loop.worker.tellChanges({ sweep }).catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'changes could not be told; it goes on',
      );
      return undefined;
    });
    if (sweep) sweptMs = loop.nowMs();
    if (told?.isBusy !== true) await loop.pause(ROUND_MS);
  }
}
