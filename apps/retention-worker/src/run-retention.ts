import type { Log } from '#platform/log';
import { isOutage } from '#storage/outage';
import { sweep } from '#storage/sweep';
import type { RetentionWorker } from './retention-worker.module.js';
import { duePacks, retirePack } from './retire/retire-pack.js';

const ROUND_MS = 5_000;
const SWEEP_MS = 3_600_000;
/** Bytes that nothing names are let go after a day (design D1): a store under way is never as old. */
const SWEEP_AGE_MS = 86_400_000;

export type RetentionLoop = Readonly<{
  worker: RetentionWorker;
  log: Log;
  pause: (ms: number) => Promise<void>;
  nowMs: () => number;
}>;

/** Lets go of packs that nothing names any more, until `signal` aborts. */
export async function runRetire(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const removed = await retireDue(loop, signal).catch((error: unknown) => {
      loop.log[levelOf(error)]({ err: error }, 'packs could not be retired; it goes on');
      return 0;
    });
    if (removed > 0) loop.log.info({ removed }, 'packs retired');
    await loop.pause(ROUND_MS);
  }
}

const retireDue = async ({ worker }: RetentionLoop, signal: AbortSignal): Promise<number> => {
  let removed = 0;
  for (const pack of await duePacks(worker.pool)) {
    if (signal.aborted) break;
    if ((await retirePack(worker, pack)) === 'removed') removed++;
  }
  return removed;
};

/** Sweeps orphans, hour by hour, until `signal` aborts. */
export async function runSweep(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweepOnce(loop, signal).catch((error: unknown) => {
      if (!signal.aborted) loop.log[levelOf(error)]({ err: error }, 'the sweep failed; it goes on');
    });
    await loop.pause(SWEEP_MS);
  }
}

const sweepOnce = async ({ worker, log, nowMs }: RetentionLoop, signal: AbortSignal) => {
  const { named, store, engine } = worker;
  const unfinished = await engine.cleanUnfinished(nowMs() - SWEEP_AGE_MS);
  const { removed, orphanBytes } = await sweep(store, {
    nowMs: nowMs(),
    ageMs: SWEEP_AGE_MS,
    named,
    dryRun: false,
    signal,
  });
  if (removed + unfinished > 0) log.info({ removed, orphanBytes, unfinished }, 'orphans swept');
};

const levelOf = (error: unknown) => (isOutage(error) ? 'warn' : 'error');
