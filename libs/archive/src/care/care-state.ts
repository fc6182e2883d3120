import type { CareEvent } from '../care-events.js';

/** What was begun and not ended, by its id. `until`: ISO 8601 in UTC, so that times compare as text; null for good, '' where the key is destroyed. */
export type Held = Readonly<{ kind: HeldKind; until: string | null }>;

export type HeldKind =
  | 'encounter'
  | 'relationship'
  | 'break-glass'
  | 'opposition'
  | 'grant'
  | 'exclusion'
  | 'representation';

/** What is true of one identifier of a patient. `answerable`: who did what is reviewed, by its id, also when it has ended. `decided`: outcomes of reviews. `vipFor`: the hospitals that flagged them. */
export type CareState = Readonly<{
  held: ReadonlyMap<string, Held>;
  answerable: ReadonlyMap<string, Readonly<{ organisation: string; actor: string }>>;
  decided: ReadonlyMap<string, 'justified' | 'unjustified'>;
  vipFor: readonly string[];
}>;

export const initialCare: CareState = {
  held: new Map(),
  answerable: new Map(),
  decided: new Map(),
  vipFor: [],
};

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
      return {
        ...state,
        held: evolveHeld(state.held, event),
        answerable: evolveAnswerable(state.answerable, event),
      };
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

function evolveAnswerable(
  answerable: CareState['answerable'],
  event: Holding,
): CareState['answerable'] {
  if (event.type === 'BreakGlassOpened') {
    const { breakGlass, organisation, actor } = event.data;
    return withEntry(answerable, breakGlass, { organisation, actor });
  }
  if (event.type !== 'RelationshipDeclared' || !event.data.sampled) return answerable;
  const { relationship, organisation, declaredBy: actor } = event.data;
  return withEntry(answerable, relationship, { organisation, actor });
}

/** The id that a fact is about, and what it begins; undefined when it ends it. */
export function holdingOf(event: Holding): Readonly<{ id: string; begun: Held | undefined }> {
  switch (event.type) {
    case 'EncounterOpened':
      return begins('encounter', event.data.encounter, event.personal?.until);
    case 'RelationshipDeclared':
      return begins('relationship', event.data.relationship, event.personal?.until);
    case 'BreakGlassOpened':
      return begins('break-glass', event.data.breakGlass, event.personal?.until);
    case 'OppositionRecorded':
      return begins('opposition', event.data.opposition, null);
    case 'GrantGiven':
      return begins('grant', event.data.grant, event.personal?.until);
    case 'ExclusionRecorded':
      return begins('exclusion', event.data.exclusion, null);
    case 'RepresentativeNamed':
      return begins('representation', event.data.representation, event.personal?.until);
    default:
      return { id: endedBy(event), begun: undefined };
  }
}

const begins = (kind: HeldKind, id: string, until: string | null | undefined) => ({
  id,
  begun: { kind, until: until === undefined ? '' : until },
});

type Ending = Exclude<
  Holding,
  { type: `${string}${'Opened' | 'Declared' | 'Recorded' | 'Given' | 'Named'}` }
>;

function endedBy({ type, data }: Ending): string {
  switch (type) {
    case 'EncounterClosed':
      return data.encounter;
    case 'RelationshipEnded':
      return data.relationship;
    case 'OppositionWithdrawn':
      return data.opposition;
    case 'GrantRevoked':
      return data.grant;
    case 'ExclusionWithdrawn':
      return data.exclusion;
    case 'RepresentativeRemoved':
      return data.representation;
  }
}

const without = (list: readonly string[], entry: string) => list.filter((each) => each !== entry);
const withEntry = <V>(map: ReadonlyMap<string, V>, key: string, value: V) =>
  new Map([...map, [key, value]]);
