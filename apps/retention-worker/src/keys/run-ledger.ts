import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 1_000;

/** Writes destroyed keys into the ledger outside the database, until `signal` aborts. */
export async function runLedger(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const told = await loop.worker.tellDestructions().catch((error: unknown) => {
      loop.log.error({ err: error }, 'destroyed keys could not be written down; it goes on');
      return 0;
    });
    if (told > 0) loop.log.info({ told }, 'destroyed keys written down');
    else await loop.pause(ROUND_MS);
  }
}
