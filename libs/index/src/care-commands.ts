import type { CareRefusal } from '#archive/care/decide-care';
import type { SetConfidentiality } from '#archive/care/decide-confidentiality';
import type { BreakGlassOpened, CareEvent } from '#archive/care-events';

/** Who orders it and under which id (a UUID): the same order again, of the same patient or study, makes nothing new. */
export type CareOrder = Readonly<{ id: string; actor: string }>;

/** `erased`: the patient's or study's key is destroyed, nothing can be kept about them any more. */
export type CareOutcome =
  | Readonly<{ ok: true }>
  | Readonly<{ ok: false; refusal: CareRefusal | 'erased' }>;

/** What changes treatment and consent: each resolves when the fact and the rows that searches and reads ask are durable, together. */
export type CareCommands = Readonly<{
  /** Makes a fact of a patient's care, unless the decision is against it. */
  record: (order: CareOrder, fact: CareEvent) => Promise<CareOutcome>;
  setConfidentiality: (order: CareOrder, command: SetConfidentiality) => Promise<CareOutcome>;
  /** What was said when glass was broken; undefined when there is no such fact, or its key is destroyed. */
  readBreakGlass: (
    patient: string,
    breakGlass: string,
  ) => Promise<BreakGlassOpened['personal'] | undefined>;
}>;
