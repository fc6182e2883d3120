import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 1_000;
/** Webhooks that are called side by side: one that is slow doesn't hold up the others. */
const SIDE_BY_SIDE = 4;

/** Tells changes to whoever subscribed, until `signal` aborts. */
export async function runWebhooks(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => deliverOn(loop, signal)));
}

async function deliverOn(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const tried = await loop.worker.deliverNext().catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'webhooks could not be called; it goes on',
      );
      return false;
    });
    if (!tried) await loop.pause(ROUND_MS);
  }
}
