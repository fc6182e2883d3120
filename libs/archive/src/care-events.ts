import type { Event } from '#events/event';

/** Why an organisation, or one member of it, may know of a patient whom others have in custody. */
export type RelationshipKind = 'encounter' | 'order' | 'referral' | 'task' | 'declared';

/** HL7 confidentiality: normal, restricted, very restricted. */
export type ConfidentialityLevel = 'N' | 'R' | 'V';

/** Whose word it is: the patient's, or that of clinicians of the hospital that has custody. */
export type ConfidentialityVoice = 'patient' | 'custodian';

/** How confidential a study is, and codes of what makes it so. */
export type ConfidentialityMark = Readonly<{
  level: ConfidentialityLevel;
  tags: readonly string[];
}>;

/** The patient is at this organisation, since a time (ISO 8601); `until`: null while that is open. */
export type EncounterOpened = Event<
  'EncounterOpened',
  { patient: string; encounter: string; organisation: string },
  { from: string; until: string | null }
>;

/** The encounter has ended, or never was. */
export type EncounterClosed = Event<
  'EncounterClosed',
  { patient: string; encounter: string },
  { until: string }
>;

/** An organisation takes part in the patient's care. '' as `actor`: all of it; '' as `claim`: all studies. `sampled`: a person reviews it. */
export type RelationshipDeclared = Event<
  'RelationshipDeclared',
  {
    patient: string;
    relationship: string;
    kind: Exclude<RelationshipKind, 'encounter'>;
    organisation: string;
    actor: string;
    claim: string;
    declaredBy: string;
    sampled: boolean;
  },
  { from: string; until: string; reviewDue: string; purpose: string; attestation: string }
>;

/** What the sampled review found. */
export type RelationshipReviewed = Event<
  'RelationshipReviewed',
  { patient: string; relationship: string; outcome: 'justified' | 'unjustified'; reviewer: string },
  { at: string; note: string }
>;

/** The organisation takes no part any more. */
export type RelationshipEnded = Event<
  'RelationshipEnded',
  { patient: string; relationship: string },
  { until: string }
>;

/** Someone looks at this patient's studies in an emergency, for a while. `identifier` is what they named the patient by. */
export type BreakGlassOpened = Event<
  'BreakGlassOpened',
  { patient: string; breakGlass: string; organisation: string; actor: string },
  {
    from: string;
    until: string;
    reviewDue: string;
    reason: string;
    text: string;
    authority: string;
    value: string;
  }
>;

/** A data protection officer judged it. */
export type BreakGlassReviewed = Event<
  'BreakGlassReviewed',
  { patient: string; breakGlass: string; outcome: 'justified' | 'unjustified'; reviewer: string },
  { at: string; note: string }
>;

/** The patient opposes that others than the custodian see their studies: of one hospital, one study, or ('' and '') all. */
export type OppositionRecorded = Event<
  'OppositionRecorded',
  { patient: string; opposition: string; hospital: string; claim: string },
  { from: string }
>;

/** The patient opposes no longer. */
export type OppositionWithdrawn = Event<
  'OppositionWithdrawn',
  { patient: string; opposition: string },
  { at: string }
>;

/** The patient lets an organisation, or one actor, see up to a level: one study, or ('') all. `until`: null for good. */
export type GrantGiven = Event<
  'GrantGiven',
  {
    patient: string;
    grant: string;
    organisation: string;
    actor: string;
    level: ConfidentialityLevel;
    claim: string;
  },
  { from: string; until: string | null }
>;

/** The grant holds no longer. */
export type GrantRevoked = Event<
  'GrantRevoked',
  { patient: string; grant: string },
  { until: string }
>;

/** The patient keeps someone out: an organisation, or one actor. */
export type ExclusionRecorded = Event<
  'ExclusionRecorded',
  { patient: string; exclusion: string; organisation: string; actor: string },
  { from: string }
>;

/** They are kept out no longer. */
export type ExclusionWithdrawn = Event<
  'ExclusionWithdrawn',
  { patient: string; exclusion: string },
  { at: string }
>;

/** Someone may act for the patient; both are opaque ids of a patient's identifier. `until`: null for good. */
export type RepresentativeNamed = Event<
  'RepresentativeNamed',
  { patient: string; representation: string; representative: string },
  { from: string; until: string | null; capacity: string }
>;

/** They act for the patient no longer. */
export type RepresentativeRemoved = Event<
  'RepresentativeRemoved',
  { patient: string; representation: string },
  { until: string }
>;

/** A hospital asks for an alert whenever this patient's studies are looked at. */
export type VipFlagged = Event<'VipFlagged', { patient: string; hospital: string }>;

/** A hospital asks no more; `vip`: whether another still does. */
export type VipUnflagged = Event<
  'VipUnflagged',
  { patient: string; hospital: string; vip: boolean }
>;

/**
 * One voice said how confidential a study is. `mark` is that voice's word, `effective` what the two say together: the stricter level and all tags.
 * Sealed under the study's key; on a stream beside the study's own, which is the worker's alone.
 */
export type ConfidentialitySet = Event<
  'ConfidentialitySet',
  { hospital: string; claim: string; voice: ConfidentialityVoice },
  { mark: ConfidentialityMark; effective: ConfidentialityMark }
>;

export type CareEvent =
  | EncounterOpened
  | EncounterClosed
  | RelationshipDeclared
  | RelationshipReviewed
  | RelationshipEnded
  | BreakGlassOpened
  | BreakGlassReviewed
  | OppositionRecorded
  | OppositionWithdrawn
  | GrantGiven
  | GrantRevoked
  | ExclusionRecorded
  | ExclusionWithdrawn
  | RepresentativeNamed
  | RepresentativeRemoved
  | VipFlagged
  | VipUnflagged;
export type ConfidentialityEvent = ConfidentialitySet;

/** `patient` is the opaque id of one identifier; personal parts are sealed under `patientKey`. */
export const careStream = (patient: string) => `care-${patient}`;
export const confidentialityStream = (claim: string) => `access-${claim}`;

/** The key that seals what is personal on the streams of a patient. */
export const patientKey = (patient: string) => `patient-${patient}`;
