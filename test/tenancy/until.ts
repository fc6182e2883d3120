import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

const PAUSE_MS = 50;
const PATIENCE_MS = 20_000;

/** Both edges come to say so; each is asked over and over, so that what it has verified stays in its cache. */
export async function until(
  found: (edge: 0 | 1) => Promise<unknown>,
  wanted: unknown,
): Promise<void> {
  for (const edge of [0, 1] as const) {
    const endMs = Date.now() + PATIENCE_MS;
    let last = await found(edge);
    while (!isDeepStrictEqual(last, wanted) && Date.now() < endMs) {
      await sleep(PAUSE_MS);
      last = await found(edge);
    }
    expect(last).toEqual(wanted);
  }
}
