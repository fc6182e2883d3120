import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { BreakGlassReviewed, CareEvent, RelationshipReviewed } from '../care-events.js';
import { type CareState, evolveCare, type Held, holdingOf, initialCare } from './care-state.js';

/** Asks that something becomes a fact of a patient's care; the decision says whether it does. */
export type CareCommand = Readonly<{ fact: CareEvent }>;

/** unknown: there is nothing of that id. own-case: nobody judges what they did themselves. decided: it was judged otherwise before. too-many: more of a kind than a person needs. */
export type CareRefusal = 'unknown' | 'own-case' | 'decided' | 'too-many' | 'oneself';

/** What of one kind may hold at once for one identifier; encounters and orders come from feeds and have no bound here. */
export const HELD_OF_A_KIND_MAX = 100;

type CareDecision = Decision<CareEvent, CareRefusal>;

/** What may become a fact on a patient's care stream. A repeat of what holds, or of an end, is no new fact. */
export const care: Decider<CareState, CareCommand, CareEvent, CareRefusal> = {
  initial: initialCare,
  evolve: evolveCare,
  decide: ({ fact }, state) => {
    switch (fact.type) {
      case 'BreakGlassReviewed':
      case 'RelationshipReviewed':
        return decideReview(fact, state);
      case 'VipFlagged':
        return state.vipFor.includes(fact.data.hospital) ? accept() : accept(fact);
      case 'VipUnflagged':
        return decideUnflag(fact, state);
      default:
        return decideHolding(fact, state);
    }
  },
};

const decideUnflag = (
  { type, data }: Extract<CareEvent, { type: 'VipUnflagged' }>,
  { vipFor }: CareState,
): CareDecision =>
  vipFor.includes(data.hospital)
    ? accept({ type, data: { ...data, vip: vipFor.length > 1 } })
    : accept();

type Holding = Parameters<typeof holdingOf>[0];

function decideHolding(fact: Holding, state: CareState): CareDecision {
  const { id, begun } = holdingOf(fact);
  if (begun === undefined) return state.held.has(id) ? accept(fact) : accept();
  if (state.held.has(id)) return accept();
  if (fact.type === 'RepresentativeNamed' && fact.data.representative === fact.data.patient)
    return refuse('oneself');
  if (fact.type === 'BreakGlassOpened') return decideBreakGlass(fact, state);
  if (!isFromFeed(fact) && countOf(state, begun.kind) >= HELD_OF_A_KIND_MAX)
    return refuse('too-many');
  return accept(fact);
}

/** While a glass that one has broken is open, breaking it again is the same act. */
function decideBreakGlass(
  fact: Extract<CareEvent, { type: 'BreakGlassOpened' }>,
  { held }: CareState,
): CareDecision {
  const { organisation, actor } = fact.data;
  const from = fact.personal?.from ?? '';
  const open = [...held.values()].some(
    (one) =>
      one.kind === 'break-glass' &&
      one.organisation === organisation &&
      one.actor === actor &&
      one.until > from,
  );
  return open ? accept() : accept(fact);
}

type Review = BreakGlassReviewed | RelationshipReviewed;

function decideReview(fact: Review, state: CareState): CareDecision {
  const id = fact.type === 'BreakGlassReviewed' ? fact.data.breakGlass : fact.data.relationship;
  const before = state.decided.get(id);
  if (before !== undefined) return before === fact.data.outcome ? accept() : refuse('decided');
  const reviewed = state.held.get(id);
  const doer = reviewed && doerOf(reviewed);
  if (doer === undefined) return refuse('unknown');
  if (doer === fact.data.reviewer) return refuse('own-case');
  return accept(fact, ...endOf(fact));
}

/** Who did what a review is about; undefined for what nobody reviews. */
function doerOf(reviewed: Held): string | undefined {
  if (reviewed.kind === 'break-glass') return reviewed.actor;
  return reviewed.kind === 'relationship' && reviewed.sampled ? reviewed.declaredBy : undefined;
}

/** A relationship that wasn't justified ends with the review. */
function endOf(fact: Review): readonly CareEvent[] {
  if (fact.type !== 'RelationshipReviewed' || fact.data.outcome === 'justified') return [];
  const { patient, relationship } = fact.data;
  const until = fact.personal?.at ?? '';
  return [{ type: 'RelationshipEnded', data: { patient, relationship }, personal: { until } }];
}

const isFromFeed = (fact: Holding): boolean =>
  fact.type === 'EncounterOpened' ||
  (fact.type === 'RelationshipDeclared' && fact.data.kind !== 'declared');

const countOf = ({ held }: CareState, kind: Held['kind']): number =>
  [...held.values()].filter((one) => one.kind === kind).length;
