import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { RetentionEvent } from '../retention-events.js';

/** Asks that something becomes a fact that schedules hang on. */
export type RetentionCommand = Readonly<{ fact: RetentionEvent }>;

/** `unknown`: there is nothing of that id, or not of this hospital. `before-start`: nothing ends before it began. `too-many`: more at once than a patient or a study needs. */
export type RetentionRefusal = 'unknown' | 'before-start' | 'too-many';

/** What was begun. `from`: a day, '' where the key is destroyed or none counts. */
type Begun = Readonly<{ hospital: string; from: string; mark: string; stands: boolean }>;

/** `deaths`: the day that each source tells; `begun`: disputes and marks by their id. */
export type RetentionState = Readonly<{
  deaths: ReadonlyMap<string, string>;
  begun: ReadonlyMap<string, Begun>;
}>;

/** Disputes and marks that stand at once for one patient or study. */
export const STANDING_MAX = 100;

/** What may become a fact of a patient or study that schedules hang on. A repeat is no new fact. */
export const retention: Decider<
  RetentionState,
  RetentionCommand,
  RetentionEvent,
  RetentionRefusal
> = {
  initial: { deaths: new Map(), begun: new Map() },
  evolve: evolveRetention,
  decide: ({ fact }, state) => {
    switch (fact.type) {
      case 'DeathRecorded':
        return state.deaths.get(fact.data.source) === fact.personal?.date ? accept() : accept(fact);
      case 'DeathRetracted':
        return state.deaths.has(fact.data.source) ? accept(fact) : accept();
      case 'DisputeOpened':
      case 'RetentionMarkSet':
        return decideBegin(fact, state);
      case 'DisputeClosed':
      case 'RetentionMarkCleared':
        return decideEnd(fact, state);
    }
  },
};

type RetentionDecision = Decision<RetentionEvent, RetentionRefusal>;
type Beginning = Extract<RetentionEvent, { type: 'DisputeOpened' | 'RetentionMarkSet' }>;
type Ending = Extract<RetentionEvent, { type: 'DisputeClosed' | 'RetentionMarkCleared' }>;

function decideBegin(fact: Beginning, { begun }: RetentionState): RetentionDecision {
  const next = begunBy(fact);
  if (begun.has(idOf(fact))) return accept();
  const standing = [...begun.values()].filter(({ stands }) => stands);
  if (next.mark !== '' && standing.some((one) => isSameMark(one, next))) return accept();
  return standing.length < STANDING_MAX ? accept(fact) : refuse('too-many');
}

const isSameMark = (one: Begun, other: Begun): boolean =>
  one.mark === other.mark && one.hospital === other.hospital && one.from === other.from;

function decideEnd(fact: Ending, { begun }: RetentionState): RetentionDecision {
  const one = begun.get(idOf(fact));
  if (one === undefined || one.hospital !== fact.data.hospital) return refuse('unknown');
  if (!one.stands) return accept();
  if (fact.type === 'DisputeClosed' && (fact.personal?.until ?? '') < one.from)
    return refuse('before-start');
  return accept(fact);
}

function evolveRetention(state: RetentionState, event: RetentionEvent): RetentionState {
  switch (event.type) {
    case 'DeathRecorded':
      return {
        ...state,
        deaths: withEntry(state.deaths, event.data.source, event.personal?.date ?? ''),
      };
    case 'DeathRetracted': {
      const deaths = new Map(state.deaths);
      deaths.delete(event.data.source);
      return { ...state, deaths };
    }
    case 'DisputeOpened':
    case 'RetentionMarkSet':
      return { ...state, begun: withEntry(state.begun, idOf(event), begunBy(event)) };
    case 'DisputeClosed':
    case 'RetentionMarkCleared': {
      const one = state.begun.get(idOf(event));
      if (one === undefined) return state;
      return { ...state, begun: withEntry(state.begun, idOf(event), { ...one, stands: false }) };
    }
  }
}

const begunBy = (event: Beginning): Begun => ({
  hospital: event.data.hospital,
  from: (event.type === 'DisputeOpened' ? event.personal?.from : event.personal?.on) ?? '',
  mark: event.type === 'RetentionMarkSet' ? (event.personal?.mark ?? '') : '',
  stands: true,
});

const idOf = (event: Beginning | Ending): string =>
  event.type === 'DisputeOpened' || event.type === 'DisputeClosed'
    ? event.data.dispute
    : event.data.marking;

const withEntry = <V>(map: ReadonlyMap<string, V>, key: string, value: V) =>
  new Map([...map, [key, value]]);
