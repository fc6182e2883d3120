import type { Pool } from 'pg';
import type { Log } from '#platform/log';
import { dueStudies, putOff, type QueuedStudy, settled } from './settle/due-studies.js';
import { type Settle, settleStudy } from './settle/settle-study.js';

const ROUND_MS = 5_000;
/** Settling can wait, stores can't: after each study it rests this many times as long as it took. */
const REST = 4;

export type SettleLoop = Readonly<{
  settle: Settle;
  pool: Pool;
  log: Log;
  quietMs: number;
  pause: (ms: number) => Promise<void>;
}>;

/** Settles quiet studies, one at a time, until `signal` aborts. */
export async function runSettle(loop: SettleLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await dueStudies(loop.pool, loop.quietMs).catch((error: unknown) => {
      loop.log.error({ err: error }, 'the settle queue could not be read');
      return [];
    });
    for (const study of due) {
      if (signal.aborted) return;
      const startedMs = performance.now();
      await settleOne(loop, study);
      await loop.pause((performance.now() - startedMs) * REST);
    }
    if (due.length === 0) await loop.pause(ROUND_MS);
  }
}

const settleOne = async (loop: SettleLoop, study: QueuedStudy) => {
  try {
    await settleStudy(loop.settle, study);
    await settled(loop.pool, study);
  } catch (error) {
    loop.log.error({ err: error, claim: study.claim }, 'a study could not be settled now');
    await putOff(loop.pool, study);
  }
};
