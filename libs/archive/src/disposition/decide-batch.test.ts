import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capacity, DispositionProposed } from '../disposition-events.js';
import { type BatchCommand, type BatchState, batch } from './decide-batch.js';

const proposal = (visaNeeded = false, graceDays = 30): DispositionProposed => ({
  type: 'DispositionProposed',
  data: {
    ...{ batch: 'b', hospital: 'HOSP-A', jurisdiction: 'LU', visaNeeded, graceDays },
    studies: [{ claim: 'c', policy: 'p', policyVersion: '1', rule: 'r' }],
  },
  personal: { studies: [{ claim: 'c', dueOn: '2026-01-01', inputs: {} }] },
});
const propose = (visaNeeded = false): BatchCommand => ({
  kind: 'propose',
  proposal: proposal(visaNeeded),
});
const AT = '2026-02-01T10:00:00.000Z';
const approve = (capacity: Capacity, approver: string): BatchCommand => ({
  kind: 'approve',
  ...{ capacity, approver, at: AT },
});

/** What is true after the commands, and what became of the last. */
const outcomeOf = (...commands: readonly BatchCommand[]) => {
  let state: BatchState = batch.initial;
  let last: ReturnType<typeof batch.decide> | undefined;
  for (const command of commands) {
    last = batch.decide(command, state);
    if (last.ok) state = last.events.reduce(batch.evolve, state);
  }
  return { state, last };
};
const executeAfter = (...commands: readonly BatchCommand[]) => {
  const { last } = outcomeOf(...commands);
  return last?.ok ? last.events.map(({ data }) => 'executeAfter' in data && data.executeAfter) : [];
};

describe('a batch is approved by two people of different roles', () => {
  test('grace is counted from the second approval', () => {
    const first = [propose(), approve('medical', 'anna')];
    expect(executeAfter(...first)).toEqual(['']);
    expect(executeAfter(...first, approve('records', 'ben'))).toEqual(['2026-03-03T10:00:00.000Z']);
  });
  test('one person does not approve twice, whatever their roles', () =>
    expect(outcomeOf(propose(), approve('records', 'ben'), approve('medical', 'ben')).last).toEqual(
      {
        ok: false,
        refusal: 'same-person',
      },
    ));
  test('nobody approves in the place of who has', () =>
    expect(outcomeOf(propose(), approve('records', 'ben'), approve('records', 'eve')).last).toEqual(
      {
        ok: false,
        refusal: 'given',
      },
    ));
  test('the same approval again is no fact', () =>
    expect(outcomeOf(propose(), approve('records', 'ben'), approve('records', 'ben')).last).toEqual(
      {
        ok: true,
        events: [],
      },
    ));
  test('where the archives have a say, they are the third', () => {
    const two = [propose(true), approve('records', 'ben'), approve('medical', 'anna')];
    expect(executeAfter(...two)).toEqual(['']);
    expect(executeAfter(...two, approve('archives-visa', 'cleo'))).not.toEqual(['']);
    expect(outcomeOf(propose(), approve('archives-visa', 'cleo')).last).toMatchObject({
      refusal: 'not-needed',
    });
  });
  test('what was stopped is not approved any more', () =>
    expect(outcomeOf(propose(), { kind: 'stop' }, approve('records', 'ben')).last).toMatchObject({
      refusal: 'stopped',
    }));
  test('nothing is approved that was not proposed', () =>
    expect(outcomeOf(approve('records', 'ben')).last).toMatchObject({ refusal: 'unknown' }));
});

test('whatever is done in whatever order: disposal begins only after as many people as must have approved', () => {
  const capacities: readonly Capacity[] = ['records', 'medical', 'archives-visa'];
  const command = fc.oneof(
    fc.tuple(fc.constantFrom(...capacities), fc.constantFrom('ann', 'ben', 'cleo')),
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(command), (visaNeeded, approvals) => {
      let state: BatchState = outcomeOf(propose(visaNeeded)).state;
      for (const [capacity, approver] of approvals) {
        const decision = batch.decide(approve(capacity, approver), state);
        if (!decision.ok) continue;
        state = decision.events.reduce(batch.evolve, state);
        const isReady = decision.events.some(
          ({ data }) => 'executeAfter' in data && data.executeAfter !== '',
        );
        const people = new Set(state.approvals.map((approval) => approval.approver));
        if (isReady) expect(people.size).toBe(visaNeeded ? 3 : 2);
      }
    }),
  );
});
