import { setTimeout as delay } from 'node:timers/promises';
import type { SealRound } from '../../apps/retention-worker/src/seal/seal-round.js';

const ROUNDS_MAX = 600;
const PAUSE_MS = 50;

/** Seals until something was: whatever transaction runs anywhere on the server is waited for. */
export async function sealSoon(seal: () => Promise<SealRound>): Promise<SealRound> {
  let days = 0;
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    const round = await seal();
    days += round.days;
    if (round.count > 0) return { ...round, days };
    await delay(PAUSE_MS);
  }
  throw new Error('nothing was sealed');
}
