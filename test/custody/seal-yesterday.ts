import { setTimeout as sleep } from 'node:timers/promises';
import { logRound } from '../../apps/retention-worker/src/evidence/log-round.js';
import { logSealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import type { CustodyArchive } from './custody-archive.js';

const ROUNDS_MAX = 600;

/** The worker's rounds until `isDone`; transactions of other tests hold the log back. */
export async function sealUntil(
  { pool, log, logPlan }: Pick<CustodyArchive, 'pool' | 'log' | 'logPlan'>,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const beside = logPlan === undefined ? undefined : log;
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    const { taken } = await logRound({ pool, logWithin: logSealFrom(beside) });
    if (await isDone()) return;
    if (taken === 0) await sleep(20);
  }
  throw new Error('nothing was sealed');
}
