import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type { BreakGlassReviewed, CareEvent, RelationshipReviewed } from '../care-events.js';
import {
  type CareState,
  evolveCare,
  type Held,
  type HeldKind,
  holdingOf,
  initialCare,
} from './care-state.js';

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
  if (holdsAt(state.held.get(id), fromOf(fact))) return accept();
  if (fact.type === 'RepresentativeNamed' && fact.data.representative === fact.data.patient)
    return refuse('oneself');
  if (fact.type === 'BreakGlassOpened') return decideBreakGlass(fact, state);
  if (!isFromFeed(fact) && countOf(state, begun.kind, fact) >= HELD_OF_A_KIND_MAX)
    return refuse('too-many');
  return accept(fact);
}

/** While a glass that one has broken is open, breaking it again is the same act. */
function decideBreakGlass(
  fact: Extract<CareEvent, { type: 'BreakGlassOpened' }>,
  { held, answerable }: CareState,
): CareDecision {
  const isOpen = [...held].some(([id, one]) => {
    const by = answerable.get(id);
    return (
      one.kind === 'break-glass' &&
      by?.organisation === fact.data.organisation &&
      by.actor === fact.data.actor &&
      holdsAt(one, fact.personal?.from)
    );
  });
  return isOpen ? accept() : accept(fact);
}

type Review = BreakGlassReviewed | RelationshipReviewed;

function decideReview(fact: Review, state: CareState): CareDecision {
  const id = fact.type === 'BreakGlassReviewed' ? fact.data.breakGlass : fact.data.relationship;
  const before = state.decided.get(id);
  if (before !== undefined) return before === fact.data.outcome ? accept() : refuse('decided');
  const by = state.answerable.get(id);
  if (by === undefined) return refuse('unknown');
  if (by.actor === fact.data.reviewer) return refuse('own-case');
  return accept(fact, ...endOf(fact, state));
}

/** A relationship that wasn't justified ends with the review, unless it has ended. */
function endOf(fact: Review, { held }: CareState): readonly CareEvent[] {
  if (fact.type !== 'RelationshipReviewed' || fact.data.outcome === 'justified') return [];
  const { patient, relationship } = fact.data;
  const until = fact.personal?.at ?? '';
  if (!holdsAt(held.get(relationship), until)) return [];
  return [{ type: 'RelationshipEnded', data: { patient, relationship }, personal: { until } }];
}

const isFromFeed = (fact: Holding): boolean =>
  fact.type === 'EncounterOpened' ||
  (fact.type === 'RelationshipDeclared' && fact.data.kind !== 'declared');

/** How many of a kind hold when the fact begins. */
const countOf = ({ held }: CareState, kind: HeldKind, fact: Holding): number =>
  [...held.values()].filter((one) => one.kind === kind && holdsAt(one, fromOf(fact))).length;

const fromOf = ({ personal }: Holding): string =>
  personal !== undefined && 'from' in personal ? personal.from : '';

const holdsAt = (one: Held | undefined, time: string | undefined): boolean =>
  one !== undefined && (one.until === null || one.until > (time ?? ''));
