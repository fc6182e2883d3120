import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { Demographics, PatientEvent } from '../identity-events.js';

/** Who says it, by code, and why, as a code: never free text, which would name people. */
type Said = Readonly<{ source: string; reason: string }>;

/** What can be said of one identifier; `patient` and `other` are opaque ids. */
export type PatientCommand =
  | Readonly<{
      type: 'identify';
      patient: string;
      source: string;
      authority: string;
      value: string;
      /** Left out: that the identifier is known is all that is said. */
      demographics?: Demographics;
    }>
  | (Readonly<{ type: 'link'; patient: string; other: string; link: string }> & Said)
  | (Readonly<{ type: 'unlink'; patient: string; link: string }> & Said)
  | (Readonly<{ type: 'merge'; patient: string; other: string; merge: string }> & Said)
  | (Readonly<{ type: 'unmerge'; patient: string; merge: string }> & Said)
  | (Readonly<{ type: 'reassign'; patient: string; other: string; claim: string; move: string }> &
      Said)
  | (Readonly<{ type: 'return'; patient: string; move: string }> & Said);

/** itself: both sides are one identifier. unknown: there is nothing of that id to undo. undone: it was undone before. otherwise: the id stands for something else. */
export type PatientRefusal = 'itself' | 'unknown' | 'undone' | 'otherwise';

/** A link or a merge: whom this identifier is, or was, one human with. */
export type Tie = Readonly<{
  kind: 'link' | 'merge';
  other: string;
  stands: boolean;
  source: string;
  reason: string;
}>;
/** A study that was given to `other`. */
export type Move = Readonly<{ other: string; claim: string; stands: boolean }>;

/** What is known of one identifier. `demographics` is undefined until its authority has said anything, or when the key is destroyed. */
export type PatientState = Readonly<{
  identified: boolean;
  identifier: Readonly<{ authority: string; value: string }> | undefined;
  demographics: Demographics | undefined;
  ties: ReadonlyMap<string, Tie>;
  moves: ReadonlyMap<string, Move>;
}>;

const UNKNOWN: Demographics = { names: [], birthDate: '', sex: '' };

type Decided = Decision<PatientEvent, PatientRefusal>;

function decide(command: PatientCommand, state: PatientState): Decided {
  switch (command.type) {
    case 'identify':
      return identify(command, state);
    case 'link': {
      const { type: _, ...data } = command;
      const tie = { id: command.link, kind: 'link', other: command.other } as const;
      return tieOnce(command.patient, tie, state) ?? accept({ type: 'IdentitiesLinked', data });
    }
    case 'merge': {
      const { type: _, ...data } = command;
      const tie = { id: command.merge, kind: 'merge', other: command.other } as const;
      return tieOnce(command.patient, tie, state) ?? accept({ type: 'IdentitiesMerged', data });
    }
    case 'unlink': {
      const { type: _, ...data } = command;
      const undone = undoOnce(standing(state.ties.get(command.link), 'link'));
      return undone ?? accept({ type: 'IdentitiesUnlinked', data });
    }
    case 'unmerge': {
      const { type: _, ...data } = command;
      const undone = undoOnce(standing(state.ties.get(command.merge), 'merge'));
      return undone ?? accept({ type: 'IdentitiesUnmerged', data });
    }
    case 'reassign':
      return reassign(command, state);
    case 'return': {
      const { type: _, ...data } = command;
      const undone = undoOnce(state.moves.get(command.move)?.stands);
      return undone ?? accept({ type: 'StudyReturned', data });
    }
    default:
      return command satisfies never;
  }
}

const identify = (
  { type: _, patient, source, ...said }: Extract<PatientCommand, { type: 'identify' }>,
  { identified, demographics }: PatientState,
): Decided => {
  const stated = said.demographics;
  if (identified && (stated === undefined || isSame(stated, demographics))) return accept();
  const personal = { ...said, demographics: stated ?? UNKNOWN };
  const type = identified ? 'DemographicsUpdated' : 'PatientIdentified';
  return accept({ type, data: { patient, source }, personal });
};

type NewTie = Readonly<{ id: string; kind: Tie['kind']; other: string }>;

/** What is decided already: the same again is no news, another under the same id is refused. Undefined: it is new. */
const tieOnce = (
  patient: string,
  { id, kind, other }: NewTie,
  { ties }: PatientState,
): Decided | undefined => {
  if (patient === other) return refuse('itself');
  const known = ties.get(id);
  if (known === undefined) return undefined;
  if (known.kind !== kind || known.other !== other) return refuse('otherwise');
  return known.stands ? accept() : refuse('undone');
};

const standing = (tie: Tie | undefined, kind: Tie['kind']) =>
  tie?.kind === kind ? tie.stands : undefined;

/** To undo twice is no news. */
const undoOnce = (stands: boolean | undefined): Decided | undefined => {
  if (stands === undefined) return refuse('unknown');
  return stands ? undefined : accept();
};

const reassign = (
  { type: _, ...data }: Extract<PatientCommand, { type: 'reassign' }>,
  { moves }: PatientState,
): Decided => {
  if (data.patient === data.other) return refuse('itself');
  const known = moves.get(data.move);
  if (known === undefined) return accept({ type: 'StudyReassigned', data });
  if (known.other !== data.other || known.claim !== data.claim) return refuse('otherwise');
  return known.stands ? accept() : refuse('undone');
};

const isSame = (one: Demographics, two: Demographics | undefined): boolean =>
  JSON.stringify([one.names.map(nameOf), one.birthDate, one.sex]) ===
  JSON.stringify(two && [two.names.map(nameOf), two.birthDate, two.sex]);

const nameOf = ({ script, family, given }: Demographics['names'][number]) => [
  script,
  family,
  ...given,
];

function evolve(state: PatientState, event: PatientEvent): PatientState {
  switch (event.type) {
    case 'PatientIdentified':
    case 'DemographicsUpdated':
      return { ...state, identified: true, ...statedBy(event) };
    case 'IdentitiesLinked':
      return withTie(state, event.data.link, { kind: 'link', stands: true, ...event.data });
    case 'IdentitiesMerged':
      return withTie(state, event.data.merge, { kind: 'merge', stands: true, ...event.data });
    case 'IdentitiesUnlinked':
      return untied(state, event.data.link);
    case 'IdentitiesUnmerged':
      return untied(state, event.data.merge);
    case 'StudyReassigned':
      return withMove(state, event.data.move, { stands: true, ...event.data });
    case 'StudyReturned': {
      const move = state.moves.get(event.data.move);
      return move === undefined
        ? state
        : withMove(state, event.data.move, { ...move, stands: false });
    }
    default:
      return event satisfies never;
  }
}

const statedBy = ({ personal }: Extract<PatientEvent, { personal?: unknown }>) => {
  if (personal === undefined) return {};
  const { authority, value, demographics } = personal as Readonly<{
    authority: string;
    value: string;
    demographics: Demographics;
  }>;
  return { identifier: { authority, value }, demographics };
};

const withTie = (state: PatientState, id: string, tie: Tie): PatientState => {
  const { kind, other, stands, source, reason } = tie;
  return { ...state, ties: new Map(state.ties).set(id, { kind, other, stands, source, reason }) };
};

const untied = (state: PatientState, id: string): PatientState => {
  const tie = state.ties.get(id);
  return tie === undefined ? state : withTie(state, id, { ...tie, stands: false });
};

const withMove = (state: PatientState, id: string, { other, claim, stands }: Move) => ({
  ...state,
  moves: new Map(state.moves).set(id, { other, claim, stands }),
});

/** What is said of one identifier, on its own stream (design D7): facts are added, none is rewritten, each can be undone. */
export const patientDecider: Decider<PatientState, PatientCommand, PatientEvent, PatientRefusal> = {
  initial: {
    identified: false,
    identifier: undefined,
    demographics: undefined,
    ties: new Map(),
    moves: new Map(),
  },
  decide,
  evolve,
};
