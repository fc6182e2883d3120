import type { CareEvent } from '../care-events.js';

/** What holds now, by its id; times in ISO 8601 and UTC, so that they compare as text. '' where the key is destroyed. */
export type Held =
  | Readonly<{ kind: 'encounter' | 'opposition' | 'grant' | 'exclusion' | 'representation' }>
  | Readonly<{ kind: 'relationship'; declaredBy: string; sampled: boolean }>
  | Readonly<{ kind: 'break-glass'; organisation: string; actor: string; until: string }>;

/** What is true of one identifier of a patient. `decided`: outcomes of reviews by id. `vipFor`: the hospitals that flagged them. */
export type CareState = Readonly<{
  held: ReadonlyMap<string, Held>;
  decided: ReadonlyMap<string, 'justified' | 'unjustified'>;
  vipFor: readonly string[];
}>;

export const initialCare: CareState = { held: new Map(), decided: new Map(), vipFor: [] };

/** What one more fact makes of it. */
export function evolveCare(state: CareState, event: CareEvent): CareState {
  switch (event.type) {
    case 'VipFlagged':
      return {
        ...state,
        vipFor: [...without(state.vipFor, event.data.hospital), event.data.hospital],
      };
    case 'VipUnflagged':
      return { ...state, vipFor: without(state.vipFor, event.data.hospital) };
    case 'BreakGlassReviewed':
      return {
        ...state,
        decided: withEntry(state.decided, event.data.breakGlass, event.data.outcome),
      };
    case 'RelationshipReviewed':
      return {
        ...state,
        decided: withEntry(state.decided, event.data.relationship, event.data.outcome),
      };
    default:
      return { ...state, held: evolveHeld(state.held, event) };
  }
}

type Holding = Exclude<
  CareEvent,
  { type: 'VipFlagged' | 'VipUnflagged' | 'BreakGlassReviewed' | 'RelationshipReviewed' }
>;

function evolveHeld(held: CareState['held'], event: Holding): CareState['held'] {
  const { id, begun } = holdingOf(event);
  if (begun !== undefined) return withEntry(held, id, begun);
  const left = new Map(held);
  left.delete(id);
  return left;
}

/** The id that a fact is about, and what it begins; undefined when it ends it. */
export function holdingOf(event: Holding): Readonly<{ id: string; begun: Held | undefined }> {
  switch (event.type) {
    case 'EncounterOpened':
      return { id: event.data.encounter, begun: { kind: 'encounter' } };
    case 'EncounterClosed':
      return { id: event.data.encounter, begun: undefined };
    case 'RelationshipDeclared': {
      const { relationship, declaredBy, sampled } = event.data;
      return { id: relationship, begun: { kind: 'relationship', declaredBy, sampled } };
    }
    case 'RelationshipEnded':
      return { id: event.data.relationship, begun: undefined };
    case 'BreakGlassOpened': {
      const { breakGlass, organisation, actor } = event.data;
      const until = event.personal?.until ?? '';
      return { id: breakGlass, begun: { kind: 'break-glass', organisation, actor, until } };
    }
    default:
      return consentOf(event);
  }
}

type Consent = Exclude<
  Holding,
  { type: `Encounter${string}` | `Relationship${string}` | `BreakGlass${string}` }
>;

function consentOf(event: Consent): Readonly<{ id: string; begun: Held | undefined }> {
  switch (event.type) {
    case 'OppositionRecorded':
      return { id: event.data.opposition, begun: { kind: 'opposition' } };
    case 'OppositionWithdrawn':
      return { id: event.data.opposition, begun: undefined };
    case 'GrantGiven':
      return { id: event.data.grant, begun: { kind: 'grant' } };
    case 'GrantRevoked':
      return { id: event.data.grant, begun: undefined };
    case 'ExclusionRecorded':
      return { id: event.data.exclusion, begun: { kind: 'exclusion' } };
    case 'ExclusionWithdrawn':
      return { id: event.data.exclusion, begun: undefined };
    case 'RepresentativeNamed':
      return { id: event.data.representation, begun: { kind: 'representation' } };
    case 'RepresentativeRemoved':
      return { id: event.data.representation, begun: undefined };
  }
}

const without = (list: readonly string[], entry: string) => list.filter((each) => each !== entry);
const withEntry = <V>(map: ReadonlyMap<string, V>, key: string, value: V) =>
  new Map([...map, [key, value]]);
