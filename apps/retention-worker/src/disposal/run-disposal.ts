import { isOutage } from '#storage/outage';
import type { RetentionLoop } from '../run-retention.js';
import { certifyNext } from './certify-batch.js';
import type { Disposal, DisposalPorts } from './disposal-ports.js';
import { executeDisposal } from './execute-disposal.js';
import { removeBytes } from './remove-bytes.js';
import { startDisposal } from './start-disposal.js';
import { openDue, takeDisposal } from './take-disposal.js';

const ROUND_MS = 5_000;

const STEPS: Readonly<
  Record<Disposal['step'], (ports: DisposalPorts, disposal: Disposal) => Promise<void>>
> = {
  waiting: startDisposal,
  started: executeDisposal,
  executed: removeBytes,
};

/** Does the next step of a disposal, or writes the next certificate; false: nothing is due. */
export async function disposeNext(ports: DisposalPorts): Promise<boolean> {
  await openDue(ports.pool);
  const disposal = await takeDisposal(ports.pool);
  if (disposal === undefined) return certifyNext(ports);
  await STEPS[disposal.step](ports, disposal);
  return true;
}

/** Disposes of what is approved, a step of a study at a time, until `signal` aborts. */
export async function runDisposal(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isBusy = await disposeNext(loop.worker.disposal).catch((error: unknown) => {
      loop.log[isOutage(error) ? 'warn' : 'error'](
        { err: error },
        'a study could not be disposed of now; it goes on',
      );
      return false;
    });
    if (!isBusy) await loop.pause(ROUND_MS);
  }
}
