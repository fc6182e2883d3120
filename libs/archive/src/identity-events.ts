import type { Event } from '#events/event';

/** One name of a person in one script: alphabetic, ideographic or phonetic (PS3.5 §6.2.1.1). */
export type PatientName = Readonly<{
  script: 'alphabetic' | 'ideographic' | 'phonetic';
  family: string;
  given: readonly string[];
}>;

/** What is said of a person beside their identifier. `birthDate` is YYYY, YYYYMM or YYYYMMDD, as much as is known; `sex` M, F, O or ''. */
export type Demographics = Readonly<{
  names: readonly PatientName[];
  birthDate: string;
  sex: string;
}>;

/** An identifier of a patient is known: `patient` is its opaque id. `source` is the code of the organisation that says so. */
export type PatientIdentified = Event<
  'PatientIdentified',
  { patient: string; source: string },
  { authority: string; value: string; demographics: Demographics }
>;

/** The assigning authority says what is true of its patient from now on. */
export type DemographicsUpdated = Event<
  'DemographicsUpdated',
  { patient: string; source: string },
  { authority: string; value: string; demographics: Demographics }
>;

/** Two identifiers are of one human. `link` names the fact for its undoing; `reason` is a code. */
export type IdentitiesLinked = Event<
  'IdentitiesLinked',
  { patient: string; other: string; link: string; source: string; reason: string }
>;

/** The link was wrong, or ended: each side is who it was without it. */
export type IdentitiesUnlinked = Event<
  'IdentitiesUnlinked',
  { patient: string; link: string; source: string; reason: string }
>;

/** An authority had given one human two identifiers: `patient` survives, `other` isn't used any more. */
export type IdentitiesMerged = Event<
  'IdentitiesMerged',
  { patient: string; other: string; merge: string; source: string; reason: string }
>;

/** The merge was wrong: `other` of it is used again. */
export type IdentitiesUnmerged = Event<
  'IdentitiesUnmerged',
  { patient: string; merge: string; source: string; reason: string }
>;

/** A study (its opaque claim) was stored for `patient` by mistake: it is of `other`. Its bytes and what they say stay. */
export type StudyReassigned = Event<
  'StudyReassigned',
  { patient: string; other: string; claim: string; move: string; source: string; reason: string }
>;

/** The reassignment was wrong. */
export type StudyReturned = Event<
  'StudyReturned',
  { patient: string; move: string; source: string; reason: string }
>;

export type PatientEvent =
  | PatientIdentified
  | DemographicsUpdated
  | IdentitiesLinked
  | IdentitiesUnlinked
  | IdentitiesMerged
  | IdentitiesUnmerged
  | StudyReassigned
  | StudyReturned;

/** The stream of one identifier, and the key that seals it. */
export const patientStream = (patient: string) => `patient-${patient}`;
