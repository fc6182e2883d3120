import { expect, test } from 'vitest';
import type { FixityEvent } from '../fixity-events.js';
import { type FixityCommand, fixity } from './decide-fixity.js';

const damaged: FixityCommand = {
  found: 'damaged',
  claim: 'c',
  hospital: 'HOSP-A',
  pack: 'p',
  key: 'k',
  kind: 'settled',
  damage: 'bytes',
  count: 1,
  contents: [{ sha256: 'a', found: 'b' }],
};
const sound: FixityCommand = { found: 'sound', claim: 'c', pack: 'p', by: 'read-again' };

const told = (...commands: readonly FixityCommand[]): readonly string[] => {
  let state = fixity.initial;
  const types: string[] = [];
  for (const command of commands) {
    const decision = fixity.decide(command, state);
    const events: readonly FixityEvent[] = decision.ok ? decision.events : [];
    for (const event of events) {
      state = fixity.evolve(state, event);
      types.push(event.type);
    }
  }
  return types;
};

test('damage is told once, however often it is found', () =>
  expect(told(damaged, damaged)).toEqual(['FixityFailed']));
test('more damage of the same pack is told again', () =>
  expect(told(damaged, { ...damaged, count: 2 })).toEqual(['FixityFailed', 'FixityFailed']));
test('what was never damaged is not healed', () => expect(told(sound)).toEqual([]));
test('damage ends once, and may come again', () =>
  expect(told(damaged, sound, sound, damaged)).toEqual([
    'FixityFailed',
    'FixityHealed',
    'FixityFailed',
  ]));
