import type { PatientIdentifier } from '#archive/access/access-facts';
import type { PatientRefusal } from '#archive/identity/patient-decider';
import type { Demographics } from '#archive/identity-events';
import type { Metadata } from '#events/event';

/**
 * One thing that is said: `id` is a UUID that is the same when it is said again (a message's own id, hashed), `source` the code of the
 * organisation that says it, `reason` a code such as `A40` or `feed`, never free text.
 */
export type Said = Readonly<{ id: string; source: string; reason: string; metadata: Metadata }>;

/** too-many: the person would have more identifiers, or the patient has more studies, than anybody has. */
export type IdentityRefusal = PatientRefusal | 'too-many';
/** `changed`: something is new. */
export type IdentityOutcome =
  | Readonly<{ ok: true; changed: boolean }>
  | Readonly<{ ok: false; refusal: IdentityRefusal }>;

export type Pair = Readonly<{ patient: PatientIdentifier; other: PatientIdentifier }>;

/** A link or merge that stands. `patient`: the opaque id of the side that has the fact, of a merge who survives. */
export type StandingTie = Readonly<{
  link: string;
  kind: 'link' | 'merge';
  patient: string;
  other: string;
  source: string;
  reason: string;
}>;

/** All that can be said about identity; each answers when it is true of facts and rows. Feeds of every kind come here. */
export type IdentityDesk = Readonly<{
  /** An identifier is known, and what its authority says of the person (HL7 A01, A04, A05, A08, A28, A31). The same again changes nothing. */
  identify: (
    said: Said,
    identifier: PatientIdentifier,
    demographics: Demographics,
  ) => Promise<IdentityOutcome>;
  /** Two identifiers are of one human (A24). The link is named by `said.id`. */
  link: (said: Said, pair: Pair) => Promise<IdentityOutcome>;
  /** One human had two identifiers: `other` isn't used any more (A40; A47 for an identifier that was changed). Named by `said.id`. */
  merge: (said: Said, pair: Pair) => Promise<IdentityOutcome>;
  /** Takes back one link by its id. */
  unlink: (said: Said, tie: Pick<StandingTie, 'patient' | 'link'>) => Promise<IdentityOutcome>;
  /** Takes back one merge by its id: each is who it was. */
  unmerge: (said: Said, tie: Pick<StandingTie, 'patient' | 'link'>) => Promise<IdentityOutcome>;
  /** Takes back all that stands between two identifiers (A37), without its ids. */
  part: (said: Said, pair: Pair) => Promise<IdentityOutcome>;
  /** The links and merges of one identifier that stand, whichever side has the fact. */
  tiesOf: (identifier: PatientIdentifier) => Promise<readonly StandingTie[]>;
  /** One study (its opaque claim) is `to`'s (A43). The move is named by `said.id`. */
  reassignStudy: (
    said: Said,
    moved: Readonly<{ claim: string; to: PatientIdentifier }>,
  ) => Promise<IdentityOutcome>;
  /** All that a hospital has stored for one patient is another's (A43 without a study). */
  reassignStudies: (
    said: Said,
    moved: Readonly<{ hospital: string; from: PatientIdentifier; to: PatientIdentifier }>,
  ) => Promise<IdentityOutcome>;
  /** Takes a move back: the study is whose it was. `patient`: the opaque id from whom it was moved. */
  returnStudy: (
    said: Said,
    moved: Readonly<{ patient: string; move: string }>,
  ) => Promise<IdentityOutcome>;
}>;
