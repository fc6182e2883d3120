import type { Pool } from 'pg';
import type { Log } from '#platform/log';
import { isOutage } from '#storage/outage';
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
    try {
      await settleDue(loop, signal);
    } catch (error) {
      loop.log.error({ err: error }, 'settling failed; it goes on');
    }
    await loop.pause(ROUND_MS);
  }
}

/** As long as some are due. */
const settleDue = async (loop: SettleLoop, signal: AbortSignal) => {
  for (let due = await dueNow(loop); due.length > 0; due = await dueNow(loop))
    for (const study of due) {
      if (signal.aborted) return;
      const startedMs = performance.now();
      await settleOne(loop, study);
      await loop.pause((performance.now() - startedMs) * REST);
    }
};

const dueNow = (loop: SettleLoop) => dueStudies(loop.pool, loop.quietMs);

const settleOne = async (loop: SettleLoop, study: QueuedStudy) => {
  try {
    await settleStudy(loop.settle, study);
    await settled(loop.pool, study);
  } catch (error) {
    const level = isOutage(error) ? 'warn' : 'error';
    loop.log[level]({ err: error, claim: study.claim }, 'a study could not be settled now');
    await putOff(loop.pool, study);
  }
};
