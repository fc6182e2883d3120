import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { Freeze, HospitalEvent, HospitalSettings } from '../hospital-events.js';
import { isSame } from './is-same.js';

/** What can be told of a hospital. `until` is a moment in ISO 8601. */
export type HospitalCommand =
  | Readonly<{ kind: 'onboard'; hospital: string; name: string; settings?: HospitalSettings }>
  | Readonly<{ kind: 'change'; hospital: string; settings: HospitalSettings }>
  | Readonly<{ kind: 'suspend' | 'resume'; hospital: string }>
  | Readonly<{ kind: 'declare-crisis'; hospital: string; freezes: readonly Freeze[] }>
  | Readonly<{ kind: 'end-crisis'; hospital: string }>
  | Readonly<{ kind: 'open-fallback'; hospital: string; until: string }>
  | Readonly<{ kind: 'close-fallback'; hospital: string }>;

export type HospitalRefusal = 'not-onboarded' | 'onboarded-otherwise';

/** What is true of a hospital now. */
export type HospitalState = Readonly<{
  onboarded: boolean;
  settings: HospitalSettings | null;
  suspended: boolean;
  freezes: readonly Freeze[];
  fallbackUntil: string | null;
}>;

type Decided = Decision<HospitalEvent, HospitalRefusal>;

const initial: HospitalState = {
  onboarded: false,
  settings: null,
  suspended: false,
  freezes: [],
  fallbackUntil: null,
};

/** A hospital as an operator governs it; what is so already is no new fact. */
export const hospitalDecider: Decider<
  HospitalState,
  HospitalCommand,
  HospitalEvent,
  HospitalRefusal
> = {
  initial,
  decide: (command, state) => {
    if (command.kind === 'onboard') return onboard(command, state);
    if (!state.onboarded) return refuse('not-onboarded');
    const event = changeBy(command, state);
    return event === undefined ? accept() : accept(event);
  },
  evolve,
};

type Onboard = Extract<HospitalCommand, { kind: 'onboard' }>;

function onboard({ hospital, name, settings }: Onboard, state: HospitalState): Decided {
  if (state.onboarded) {
    const asBefore = settings === undefined || isSame(settings, state.settings);
    return asBefore ? accept() : refuse('onboarded-otherwise');
  }
  const onboarded = { type: 'HospitalOnboarded', data: { hospital, name } } as const;
  return settings === undefined
    ? accept(onboarded)
    : accept<HospitalEvent>(onboarded, { type: 'HospitalChanged', data: { hospital, settings } });
}

function changeBy(
  command: Exclude<HospitalCommand, Onboard>,
  state: HospitalState,
): HospitalEvent | undefined {
  const { hospital } = command;
  const unless = (isSo: boolean, event: HospitalEvent) => (isSo ? undefined : event);
  switch (command.kind) {
    case 'change': {
      const { settings } = command;
      const data = { hospital, settings };
      return unless(isSame(settings, state.settings), { type: 'HospitalChanged', data });
    }
    case 'suspend':
      return unless(state.suspended, { type: 'HospitalSuspended', data: { hospital } });
    case 'resume':
      return unless(!state.suspended, { type: 'HospitalResumed', data: { hospital } });
    case 'declare-crisis': {
      const data = { hospital, freezes: [...new Set(command.freezes)].sort() };
      return unless(isSame(data.freezes, state.freezes), { type: 'CrisisDeclared', data });
    }
    case 'end-crisis':
      return unless(state.freezes.length === 0, { type: 'CrisisEnded', data: { hospital } });
    case 'open-fallback': {
      const { until } = command;
      return unless(state.fallbackUntil === until, {
        type: 'FallbackOpened',
        data: { hospital, until },
      });
    }
    case 'close-fallback':
      return unless(state.fallbackUntil === null, { type: 'FallbackClosed', data: { hospital } });
  }
}

function evolve(state: HospitalState, event: HospitalEvent): HospitalState {
  switch (event.type) {
    case 'HospitalOnboarded':
      return { ...state, onboarded: true };
    case 'HospitalChanged':
      return { ...state, settings: event.data.settings };
    case 'HospitalSuspended':
      return { ...state, suspended: true };
    case 'HospitalResumed':
      return { ...state, suspended: false };
    case 'CrisisDeclared':
      return { ...state, freezes: event.data.freezes };
    case 'CrisisEnded':
      return { ...state, freezes: [] };
    case 'FallbackOpened':
      return { ...state, fallbackUntil: event.data.until };
    case 'FallbackClosed':
      return { ...state, fallbackUntil: null };
  }
}
