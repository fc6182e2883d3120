import { expect, test } from 'vitest';
import { ATTEMPTS_MAX, GIVEN_UP_IN_A_ROW_MAX, nextTry, PAUSE_MS_MAX } from './retry-plan.js';

const failed = {
  ...{ attempts: 1, failuresInARow: 0, letter: 'x', retryAfterMs: undefined, isGone: false },
};
const due = (attempts: number, random: number, retryAfterMs?: number) => {
  const next = nextTry({ ...failed, attempts, retryAfterMs }, random);
  return next.kind === 'retry' ? next.dueMs : next.kind;
};

test('each pause is twice the one before, half of it or more', () => {
  expect([due(1, 0), due(1, 1)]).toEqual([2_500, 5_000]);
  expect([due(2, 0), due(2, 1)]).toEqual([5_000, 10_000]);
  expect([due(5, 0), due(5, 1)]).toEqual([40_000, 80_000]);
});

test('no pause is above the bound, whoever asks for it', () => {
  for (let attempts = 1; attempts < ATTEMPTS_MAX; attempts++)
    expect(due(attempts, 1, 1e12)).toBe(PAUSE_MS_MAX);
});

test('a receiver that asks for longer gets it', () => {
  expect(due(1, 1, 60_000)).toBe(60_000);
  expect(due(8, 0, 1_000)).toBe(320_000);
});

test('in about a day it is given up', () => {
  /* Planned, not waited for. */
  let pauses = 0;
  for (let attempts = 1; attempts < ATTEMPTS_MAX; attempts++) pauses += Number(due(attempts, 1));
  expect(pauses).toBeGreaterThan(8 * 3_600_000);
  expect(pauses).toBeLessThan(48 * 3_600_000);
  const last = { ...failed, attempts: ATTEMPTS_MAX };
  expect(nextTry(last, 0)).toEqual({ kind: 'give-up', letter: 'x', halt: false });
  expect(nextTry({ ...last, failuresInARow: GIVEN_UP_IN_A_ROW_MAX - 1 }, 0)).toEqual({
    ...{ kind: 'give-up', letter: 'x', halt: true },
  });
});

test('who wants no more is left alone at once', () =>
  expect(nextTry({ ...failed, isGone: true }, 0)).toEqual({ kind: 'halt' }));
