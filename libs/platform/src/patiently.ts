import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFault } from './operator-fault.js';

const WAIT_MS = 1_000;
const TRIES_MAX = 60;

/** Asks a neighbour that may be starting just now, each second for a minute; `failed` hears of each time in vain. What an operator must put right is not asked again. */
export async function patiently<T>(
  ask: () => Promise<T>,
  failed: (error: unknown) => void,
): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (error instanceof OperatorFault || tries === TRIES_MAX) throw error;
      failed(error);
      await sleep(WAIT_MS);
    }
}
