import type { Event } from '#events/event';

/** active: it is to be done. performed: the hospital says that it was. */
export type OrderState = 'active' | 'cancelled' | 'performed';

/** A code as the order writes it; '' where it doesn't say. */
export type OrderedCode = Readonly<{ system: string; value: string; display: string }>;

/** What is to be done, in the words of the hospital: what exam that is, is told when it is read. `laterality`: L, R, B or ''. */
export type OrderedProcedure = Readonly<{
  codes: readonly OrderedCode[];
  descriptions: readonly string[];
  /** DICOM's code, '' when the order names none. */
  modality: string;
  bodySites: readonly string[];
  laterality: 'L' | 'R' | 'B' | '';
  reasons: readonly string[];
}>;

/**
 * A hospital says what one of its orders is now: new, changed, cancelled or performed. `order` is its opaque id, `claim` the opaque id of the
 * study that it names ('' when it names none). Times in ISO 8601; `scheduledAt`: null when nobody says.
 */
export type OrderReceived = Event<
  'OrderReceived',
  { hospital: string; patient: string; order: string; claim: string; state: OrderState },
  {
    number: string;
    accession: string;
    procedure: OrderedProcedure;
    confidentiality: 'N' | 'R' | 'V';
    isUrgent: boolean;
    orderedAt: string;
    scheduledAt: string | null;
  }
>;

/**
 * An order would repeat an exam that was done (`prior`: its claim), or another order that waits (`pending`: its id); '' in the other. `windows`: the
 * version of the windows that it was graded by.
 */
export type DuplicateDetected = Event<
  'DuplicateDetected',
  {
    hospital: string;
    patient: string;
    order: string;
    prior: string;
    pending: string;
    grade: string;
    indicator: string;
    windows: string;
  }
>;

/**
 * Whoever orders was shown it: by a service of CDS Hooks (its id), or on HL7 (`hl7`). `card` and `suggestions` are UUIDs. Sealed: the exam that was
 * ordered, and what is saved when it isn't done (effective dose in microsieverts, bytes; null: not known).
 */
export type CardShown = Event<
  'CardShown',
  {
    hospital: string;
    patient: string;
    order: string;
    prior: string;
    pending: string;
    grade: string;
    indicator: string;
    windows: string;
    card: string;
    service: string;
    suggestions: readonly string[];
  },
  {
    at: string;
    group: string;
    regions: readonly string[];
    microsieverts: number | null;
    bytes: number | null;
  }
>;

/** They said what they made of it. `reason`: the code of why it was overridden, '' when none was given. */
export type CardAnswered = Event<
  'CardAnswered',
  {
    hospital: string;
    patient: string;
    order: string;
    card: string;
    outcome: 'accepted' | 'overridden';
    reason: string;
    suggestions: readonly string[];
  },
  { at: string; comment: string }
>;

export type OrderEvent = OrderReceived | DuplicateDetected | CardShown | CardAnswered;

/** `order`: the opaque id of one order of one hospital; personal parts are sealed under the key of its patient. */
export const orderStream = (order: string) => `order-${order}`;
