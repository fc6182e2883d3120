/** HL7 confidentiality of a study: normal, restricted, very restricted («secret»). */
export type Confidentiality = 'N' | 'R' | 'V';

/** The identifier of a patient: what the assigning authority calls them. */
export type PatientIdentifier = Readonly<{ authority: string; value: string }>;

/** Who asks, as a verified credential says it. One person acts for one organisation at a time. */
export type AccessSubject = Readonly<{
  /** Opaque and stable: the issuer and subject of the credential (`actorOf`). */
  actor: string;
  /** Of the active affiliation. */
  organisation: string;
  /** The group that the organisation is in; '' when in none. */
  group: string;
  roles: readonly string[];
  /** HL7 v3-ActReason, such as TREAT or BTG; null when the credential names none. */
  purpose: string | null;
  /** Whether the person signed in with more than one factor. */
  mfa: boolean;
  /** A program, not a person. */
  machine: boolean;
  /** Opaque person who asks about themselves; null when the credential isn't a patient's. */
  person: string | null;
  /** The agency acts for this one (the `act` claim of RFC 8693 turned round): whose rights count. */
  onBehalfOf: Readonly<{ actor: string; organisation: string; roles: readonly string[] }> | null;
  /** The organisation's own sign-in is down or it is under attack: it reads through the agency's issuer, and its machines don't. */
  crisis: boolean;
}>;

/** What the archive knows of a study that matters to access: a row of `study_access`. */
export type StudyFacts = Readonly<{
  claim: string;
  hospital: string;
  /** The group that the custodian is in; '' when in none. */
  group: string;
  /** Whose law the custodian is under, in ISO 3166 such as LU or FR-GES; '' when it never said. */
  jurisdiction: string;
  /** Opaque; '' when the study names no patient. */
  person: string;
  confidentiality: Confidentiality;
  tags: readonly string[];
  state: 'active' | 'rejected-quality' | 'rejected-safety' | 'disposed';
}>;

/** What stands between a subject and the patient of a study at one moment: rows of relationships, oppositions, grants, exclusions, representatives, break_glass. */
export type Standing = Readonly<{
  relationship: 'encounter' | 'order' | 'referral' | 'task' | 'declared' | null;
  opposed: boolean;
  /** The highest level that the patient granted this subject for this study. */
  granted: Confidentiality | null;
  excluded: boolean;
  breakGlass: boolean;
  represents: boolean;
  /** Of the patient. */
  vip: boolean;
  /** In years at this moment; null when not known. */
  age: number | null;
  /** The custodian waits some days before patients see an exam, and they aren't over. */
  withheld: boolean;
}>;

/** What of an access names a person; records keep it sealed. */
export type AccessPersonal = Readonly<{
  /** Of the credential. */
  issuer: string;
  subject: string;
  /** What the credential calls its holder. */
  name?: string;
  /** The Study UID that was asked for. */
  study?: string;
  /** The query of a search, as it was asked. */
  query?: string;
  /** The claims that a search showed; their patients are told from them. */
  claims?: readonly string[];
}>;

/** Kept with each answer: who asked, what was decided and why. Opaque ids only, but for what is sealed. */
export type AccessRecord = Readonly<{
  subject: AccessSubject;
  action: string;
  outcome: 'permit' | 'deny';
  rule: string;
  policyVersion: string;
  obligations: readonly string[];
  claim: string | null;
  hospital: string | null;
  person: string | null;
  /** What was shown or asked for: `search`, `metadata`, `instances`, `frames`, `rendered`, `bulkdata`, `report`, … */
  kind: string;
  personal: AccessPersonal;
}>;

/** Writes a decision down; resolves when it is durable. Nothing of an answer leaves before. */
export type RecordAccess = (record: AccessRecord) => Promise<void>;
