import type { PatientIdentifier } from '#archive/access/access-facts';
import type { CareCommands, CareOrder, CareOutcome } from './care-commands.js';
import type { OpaqueIds } from './opaque-ids.js';

/** A stay of a patient as its hospital numbers it. */
export type Visit = Readonly<{ organisation: string; visit: string; patient: PatientIdentifier }>;

/** An order for a patient, by the number that the organisation that placed or fills it gave it. */
export type PlacedOrder = Readonly<{
  organisation: string;
  number: string;
  patient: PatientIdentifier;
}>;

/** A time that a message tells; ISO 8601, in UTC by the millisecond. */
type Period = Readonly<{ from: string; until: string }>;

/** What feeds of hospitals (ADT and orders) tell of treatment. Each may be told any number of times. */
export type CareFeed = Readonly<{
  /** `until` null: open until it is closed; outpatients have no discharge, so their visits need an end. */
  openEncounter: (
    order: CareOrder,
    visit: Visit,
    period: Readonly<{ from: string; until: string | null }>,
  ) => Promise<CareOutcome>;
  /** Also for one that is cancelled. One that isn't open is left as it is. */
  closeEncounter: (order: CareOrder, visit: Visit, until: string) => Promise<CareOutcome>;
  /** `claim`: the opaque claim of the only study that it is about, '' when it is about the patient. */
  recordOrder: (
    order: CareOrder,
    placed: PlacedOrder & Readonly<{ claim: string }>,
    period: Period,
  ) => Promise<CareOutcome>;
  /** The order is cancelled or done. */
  endOrder: (order: CareOrder, placed: PlacedOrder, until: string) => Promise<CareOutcome>;
}>;

export function careFeed({ record }: CareCommands, ids: OpaqueIds): CareFeed {
  /* A visit that was moved to another patient is another encounter: its id names the patient too. */
  const encounterOf = ({ organisation, visit, patient: { authority, value } }: Visit) => {
    const patient = ids.patient(authority, value);
    return { patient, encounter: ids.care('encounter', organisation, visit, patient) };
  };
  const relationshipOf = ({ organisation, number, patient: { authority, value } }: PlacedOrder) => {
    const patient = ids.patient(authority, value);
    return { patient, relationship: ids.care('order', organisation, number, patient) };
  };
  return {
    openEncounter: (order, visit, personal) => {
      const data = { ...encounterOf(visit), organisation: visit.organisation };
      return record(order, { type: 'EncounterOpened', data, personal });
    },
    closeEncounter: (order, visit, until) =>
      record(order, { type: 'EncounterClosed', data: encounterOf(visit), personal: { until } }),
    recordOrder: (order, placed, period) => {
      const { organisation, claim } = placed;
      const whole = { kind: 'order', actor: '', declaredBy: order.actor, sampled: false } as const;
      const data = { ...relationshipOf(placed), organisation, claim, ...whole };
      const personal = { ...period, reviewDue: period.until, purpose: 'TREAT', attestation: '' };
      return record(order, { type: 'RelationshipDeclared', data, personal });
    },
    endOrder: (order, placed, until) =>
      record(order, {
        type: 'RelationshipEnded',
        data: relationshipOf(placed),
        personal: { until },
      }),
  };
}
