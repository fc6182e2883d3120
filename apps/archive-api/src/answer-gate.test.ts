import { expect, test } from 'vitest';
import { answerGate } from './answer-gate.js';

const LIMITS = { placesMax: 4, hospitalMax: 3, waitingMax: 2, waitMsMax: 60_000 };
const entered = (value: unknown) => (typeof value === 'function' ? 'in' : value && 'waits');

test('one hospital never holds every place', () => {
  const gate = answerGate(LIMITS);
  expect([1, 2, 3, 4].map(() => entered(gate.enter('A')))).toEqual(['in', 'in', 'in', 'waits']);
  expect(entered(gate.enter('B'))).toBe('in');
});
test('who waits gets the place that is let go, others not passed by their own hospital', async () => {
  const gate = answerGate(LIMITS);
  const places = [1, 2, 3].map(() => gate.enter('A') as () => void);
  const waits = gate.enter('A');
  const b = gate.enter('B') as () => void;
  const alsoWaits = gate.enter('B');
  b();
  const leaveB = await alsoWaits;
  expect(entered(leaveB)).toBe('in');
  places[0]!();
  places[0]!();
  expect(entered(await waits)).toBe('in');
  expect(entered(gate.enter('A'))).toBe('waits');
});
test('more than may wait are told at once', () => {
  const gate = answerGate(LIMITS);
  for (let count = 0; count < 5; count++) void gate.enter('A');
  expect(gate.enter('A')).toBeUndefined();
});
test('who waits too long is told', async () => {
  const gate = answerGate({ ...LIMITS, waitMsMax: 1 });
  for (let count = 0; count < 3; count++) void gate.enter('A');
  expect(await gate.enter('A')).toBeUndefined();
});
