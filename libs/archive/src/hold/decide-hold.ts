import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { HoldEvent, HoldOpened } from '../hold-events.js';

/** Whose case it must be for the command to count: the hospital's that is named, '' for those of the agency. */
type Keeper = Readonly<{ hospital: string; actor: string; at: string }>;

/** What is asked of one case. Times in ISO 8601. */
export type HoldCommand =
  | Readonly<{ kind: 'open'; opened: HoldOpened }>
  | (Readonly<{ kind: 'review'; note: string; reviewDue: string }> & Keeper)
  | (Readonly<{ kind: 'ask-release'; reason: string }> & Keeper)
  | (Readonly<{ kind: 'decline-release'; note: string }> & Keeper)
  | (Readonly<{ kind: 'release'; note: string }> & Keeper);

/** unknown: no such case of this keeper. over: it was released. not-asked: nobody asked for its release. own-request: who asked doesn't decide. asked: somebody has asked already. */
export type HoldRefusal = 'unknown' | 'over' | 'not-asked' | 'own-request' | 'asked';

/** `none`: it was never opened. `askedBy`: the actor whose request for release waits, `releasedBy`: who released it; '' when nobody. */
export type HoldState = Readonly<{
  status: 'none' | 'standing' | 'released';
  hold: string;
  hospital: string;
  askedBy: string;
  releasedBy: string;
}>;

type Decided = Decision<HoldEvent, HoldRefusal>;

/** A legal hold as a case: who opened it is whoever keeps records, who releases it is another person than who asked for that. */
export const legalHold: Decider<HoldState, HoldCommand, HoldEvent, HoldRefusal> = {
  initial: { status: 'none', hold: '', hospital: '', askedBy: '', releasedBy: '' },
  evolve: evolveHold,
  decide: (command, state) => {
    if (command.kind === 'open') return open(command.opened, state);
    if (state.status === 'none' || state.hospital !== command.hospital) return refuse('unknown');
    if (state.status === 'released') {
      const isAgain = command.kind === 'release' && state.releasedBy === command.actor;
      return isAgain ? accept<HoldEvent>() : refuse('over');
    }
    return decideStanding(command, state);
  },
};

function evolveHold(state: HoldState, event: HoldEvent): HoldState {
  switch (event.type) {
    case 'HoldOpened': {
      const { hold, hospital } = event.data;
      return { ...state, status: 'standing', hold, hospital };
    }
    case 'HoldReleaseAsked':
      return { ...state, askedBy: event.data.actor };
    case 'HoldReleaseDeclined':
      return { ...state, askedBy: '' };
    case 'HoldReleased':
      return { ...state, status: 'released', askedBy: '', releasedBy: event.data.actor };
    case 'HoldConfirmed':
    case 'HoldReviewed':
    case 'HoldEnded':
      return state;
  }
}

const open = (opened: HoldOpened, { status }: HoldState): Decided =>
  status === 'none' ? accept<HoldEvent>(opened) : accept<HoldEvent>();

function decideStanding(
  command: Exclude<HoldCommand, { kind: 'open' }>,
  { hold, askedBy }: HoldState,
): Decided {
  const { actor, at } = command;
  const data = { hold, actor };
  switch (command.kind) {
    case 'review': {
      const { note, reviewDue } = command;
      return accept<HoldEvent>({ type: 'HoldReviewed', data, personal: { at, note, reviewDue } });
    }
    case 'ask-release': {
      if (askedBy !== '') return askedBy === actor ? accept<HoldEvent>() : refuse('asked');
      const { reason } = command;
      return accept<HoldEvent>({ type: 'HoldReleaseAsked', data, personal: { at, reason } });
    }
    case 'decline-release': {
      if (askedBy === '') return refuse('not-asked');
      const { note } = command;
      return accept<HoldEvent>({ type: 'HoldReleaseDeclined', data, personal: { at, note } });
    }
    case 'release': {
      if (askedBy === '') return refuse('not-asked');
      if (askedBy === actor) return refuse('own-request');
      return accept<HoldEvent>({
        type: 'HoldReleased',
        data,
        personal: { at, note: command.note },
      });
    }
  }
}
