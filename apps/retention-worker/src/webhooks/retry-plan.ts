import type { NextTry } from '#index/webhook-outbox';

/** Tries of one message; with the pauses between them about a day. */
export const ATTEMPTS_MAX = 14;
/** Messages in a row that are given up before the webhook is left alone. */
export const GIVEN_UP_IN_A_ROW_MAX = 3;
const FIRST_PAUSE_MS = 5_000;
export const PAUSE_MS_MAX = 6 * 3_600_000;

/** A try that wasn't taken. `attempts`: tries with this one; `retryAfterMs`: what the receiver asked for; `isGone`: it wants no more. */
export type FailedTry = Readonly<{
  attempts: number;
  failuresInARow: number;
  letter: string;
  retryAfterMs: number | undefined;
  isGone: boolean;
}>;

/** When it is tried again: after twice as long each time, by half or more of it at random, so that many don't come at once. `random`: from 0 to below 1. */
export function nextTry(failed: FailedTry, random: number): NextTry {
  if (failed.isGone) return { kind: 'halt' };
  if (failed.attempts >= ATTEMPTS_MAX) {
    const halt = failed.failuresInARow + 1 >= GIVEN_UP_IN_A_ROW_MAX;
    return { kind: 'give-up', letter: failed.letter, halt };
  }
  const whole = Math.min(FIRST_PAUSE_MS * 2 ** (failed.attempts - 1), PAUSE_MS_MAX);
  const pauseMs = whole * (0.5 + random / 2);
  const asked = Math.min(failed.retryAfterMs ?? 0, PAUSE_MS_MAX);
  return { kind: 'retry', dueMs: Math.max(pauseMs, asked) };
}
