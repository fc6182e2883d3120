import type { PoolClient } from 'pg';
import { type EndIntents, keepAppendsOut, letAppendsIn } from './rebuild-lock.js';
import type { LogPass } from './rebuild-log-pass.js';

/** The most facts that are applied while stores wait, whatever the size of the archive. More than that are applied while they go on. */
export const LOCKED_FACTS_MAX = 128;
const TRIES_MAX = 1_000;

/**
 * Keeps appends out at a moment when all that the log holds has been applied. `approach` comes near that moment while stores go on, as often as it takes:
 * what is left under the lock is bounded. Ended by `letAppendsIn`.
 */
export async function keepOutAtHead(
  client: PoolClient,
  pass: Pick<LogPass, 'drain'>,
  endIntents: EndIntents | undefined,
  approach: () => Promise<unknown>,
): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    await approach();
    await keepAppendsOut(client, endIntents);
    if (await pass.drain(LOCKED_FACTS_MAX)) return;
    await letAppendsIn(client);
  }
  throw new Error('facts are stored faster than a rebuild can apply them');
}
