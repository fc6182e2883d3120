import { beforeEach, expect, test } from 'vitest';
import { type ReplicaGate, type ReplicaState, replicaGate } from './replica-gate.js';

let atMs: number;
let told: ReplicaState[];
let gate: ReplicaGate;
beforeEach(() => {
  atMs = 0;
  told = [];
  gate = replicaGate({ nowMs: () => atMs, tell: (state) => told.push(state) });
});

test('it is closed until the replica was looked at, which one caller does', () => {
  expect([gate.isOpen(), gate.isDue(), gate.isDue()]).toEqual([false, true, false]);
  gate.found('following');
  expect([gate.isOpen(), gate.isDue()]).toEqual([true, false]);
});
test('a replica that is behind is looked at again soon, one that is away after a second', () => {
  gate.found('behind');
  atMs = 99;
  expect(gate.isDue()).toBe(false);
  atMs = 100;
  expect(gate.isDue()).toBe(true);
  gate.found('away');
  atMs = 1_099;
  expect(gate.isDue()).toBe(false);
  atMs = 1_100;
  expect(gate.isDue()).toBe(true);
});
test('a state is told once, and a flutter once in five seconds', () => {
  for (const state of ['following', 'following', 'behind', 'following', 'behind'] as const)
    gate.found(state);
  expect(told).toEqual(['following']);
  atMs = 5_000;
  gate.found('behind');
  gate.found('behind');
  expect(told).toEqual(['following', 'behind']);
});
