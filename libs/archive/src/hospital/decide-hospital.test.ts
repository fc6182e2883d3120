import { describe, expect, test } from 'vitest';
import type { HospitalEvent, HospitalSettings } from '../hospital-events.js';
import { type HospitalCommand, hospitalDecider } from './decide-hospital.js';

const hospital = 'HOSP-A';
const settings: HospitalSettings = {
  issuers: [],
  clients: [],
  authorities: { default: '1.2.3', issuers: { MPI: '1.2.4', OLD: '1.2.5' } },
  aeTitles: [],
  catalogues: [],
  jurisdiction: 'LU',
  group: 'NORTH',
};
const onboard = { kind: 'onboard', hospital, name: 'Hospital A' } as const;
const onboarded = { type: 'HospitalOnboarded', data: { hospital, name: 'Hospital A' } } as const;

const given = (...events: readonly HospitalEvent[]) => ({
  when: (command: HospitalCommand) => {
    const state = events.reduce(hospitalDecider.evolve, hospitalDecider.initial);
    const decision = hospitalDecider.decide(command, state);
    return decision.ok ? decision.events : decision.refusal;
  },
});

describe('a hospital is onboarded once', () => {
  test('with its name, and with settings when there are some', () => {
    expect(given().when(onboard)).toEqual([onboarded]);
    expect(given().when({ ...onboard, settings })).toEqual([
      onboarded,
      { type: 'HospitalChanged', data: { hospital, settings } },
    ]);
  });
  test('again with the same, it is left as it is', () => {
    const changed = { type: 'HospitalChanged', data: { hospital, settings } } as const;
    const turned = { OLD: '1.2.5', MPI: '1.2.4' };
    const again = { ...settings, authorities: { issuers: turned, default: '1.2.3' } };
    expect(given(onboarded).when(onboard)).toEqual([]);
    expect(given(onboarded, changed).when({ ...onboard, settings: again })).toEqual([]);
  });
  test('again with other settings, it is refused', () =>
    expect(given(onboarded).when({ ...onboard, settings })).toBe('onboarded-otherwise'));
});

const until = '2027-01-01T00:00:00.000Z';
const all = ['ingest', 'deletion', 'export'] as const;
test.each<[string, HospitalCommand, HospitalEvent | undefined, string]>([
  ['change', { kind: 'change', hospital, settings }, undefined, 'HospitalChanged'],
  ['suspend', { kind: 'suspend', hospital }, undefined, 'HospitalSuspended'],
  [
    'resume',
    { kind: 'resume', hospital },
    { type: 'HospitalSuspended', data: { hospital } },
    'HospitalResumed',
  ],
  [
    'declare a crisis',
    { kind: 'declare-crisis', hospital, freezes: [...all] },
    undefined,
    'CrisisDeclared',
  ],
  [
    'end a crisis',
    { kind: 'end-crisis', hospital },
    { type: 'CrisisDeclared', data: { hospital, freezes: ['export'] } },
    'CrisisEnded',
  ],
  ['open the fallback', { kind: 'open-fallback', hospital, until }, undefined, 'FallbackOpened'],
  [
    'close the fallback',
    { kind: 'close-fallback', hospital },
    { type: 'FallbackOpened', data: { hospital, until } },
    'FallbackClosed',
  ],
])('%s: one fact, none when it is so already, none for nobody', (_, command, before, type) => {
  const state = before === undefined ? [onboarded] : [onboarded, before];
  const events = given(...state).when(command);
  expect(events).toMatchObject([{ type }]);
  expect(given(...state, ...(events as HospitalEvent[])).when(command)).toEqual([]);
  expect(given().when(command)).toBe('not-onboarded');
});
