import type { Event } from '#events/event';

/** A claim of a token: its name, or the names on the way down to it. */
export type ClaimPath = string | readonly string[];

/** Public keys: where they are (RFC 7517 §5) or themselves. */
export type PublicKeys =
  | Readonly<{ uri: string }>
  | Readonly<{ set: Readonly<{ keys: readonly Readonly<Record<string, unknown>>[] }> }>;

/**
 * A body whose tokens speak for the hospital, and how they say it. `claims.organisation` null: each of its tokens speaks for this hospital alone;
 * `claims.affiliations`: a list of objects, each read like a token. `values`: theirs → ours; without `values.roles` roles are named as ours are.
 */
export type HospitalIssuer = Readonly<{
  issuer: string;
  audience: string;
  keys: PublicKeys;
  claims: Readonly<{
    organisation: ClaimPath | null;
    roles: ClaimPath;
    affiliations: ClaimPath | null;
  }>;
  values: Readonly<{
    organisations: Readonly<Record<string, string>> | null;
    roles: Readonly<Record<string, string>> | null;
  }>;
  mfa: Readonly<{ acr: readonly string[]; amr: readonly string[] }>;
}>;

/** A program of the hospital that asks the archive itself for tokens (RFC 7523). `certificates`: SHA-256 thumbprints in base64url; where there are some, its tokens are bound to one (RFC 8705). */
export type MachineClient = Readonly<{
  id: string;
  keys: PublicKeys;
  certificates: readonly string[];
  roles: readonly string[];
  /** Of facts from before; none is taken in any more. */
  aeTitles: readonly string[];
  /** It asks by CDS Hooks while the hospital's clinicians order. */
  cdsHooks?: CdsHooksClient | undefined;
}>;

/** Whose ids its users have: tokens of `userIssuer` name the same people by the same subjects; `userRole`: what they are, physicians when left out. `smartLaunch`: where the hospital's own viewer is launched (SMART App Launch). */
export type CdsHooksClient = Readonly<{
  userIssuer: string;
  userRole?: 'physician' | 'radiographer' | undefined;
  smartLaunch?: string | undefined;
}>;

/** A catalogue of procedures of the hospital's own; `codes`: a code → what it means to the archive (docs/exams.md). */
export type HospitalCatalogue = Readonly<{
  name: string;
  system: string;
  designator?: string | undefined;
  codes?: Readonly<Record<string, string>> | undefined;
}>;

/** What is particular to a hospital. `authorities.issuers`: text of Issuer of Patient ID (0010,0021) → assigning authority; `authorities.default` null: the archive's own choice. */
export type HospitalSettings = Readonly<{
  issuers: readonly HospitalIssuer[];
  clients: readonly MachineClient[];
  authorities: Readonly<{ default: string | null; issuers: Readonly<Record<string, string>> }>;
  /** Of facts from before; none is taken in any more. */
  aeTitles: readonly string[];
  catalogues: readonly HospitalCatalogue[];
  jurisdiction: string;
  group: string;
  /** Patients, and who represents them, see an exam so many whole days after it; left out: at once. */
  patientAccess?: Readonly<{ afterDays: number }> | undefined;
  /** What cards to its clinicians are written in; English when left out. */
  language?: 'en' | 'fr' | 'de' | 'pt' | undefined;
  /** Who sends HL7 v2 for it, by what the messages call themselves (docs/hl7.md). */
  hl7?: Readonly<{ senders: readonly Hl7Sender[] }> | undefined;
  /** What becomes of rejected instances (docs/rejection.md). */
  rejection?: RejectionSettings | undefined;
}>;

/**
 * `sentAgain`: what becomes of a rejected instance that is sent again: it is refused, it is seen again, or it is taken as kept and stays rejected.
 * `qualityShownTo`: roles of its own that go on seeing what was rejected for its quality.
 */
export type RejectionSettings = Readonly<{
  sentAgain: 'reject' | 'restore' | 'ignore';
  qualityShownTo: readonly string[];
}>;

/** MSH-4, MSH-3 (left out: any), the character set of messages that name none, the SHA-256 of its certificate in hexadecimal, and as which machine answers to its orders tell of duplicates. */
export type Hl7Sender = Readonly<{
  facility: string;
  application?: string | undefined;
  characterSet?: string | undefined;
  certificate?: string | undefined;
  duplicates?: Readonly<{ client: string; answer?: string | undefined }> | undefined;
}>;

/** What a crisis may freeze: nothing new is taken in, nothing is destroyed, nothing is taken out in bulk. Audited reads go on. */
export type Freeze = 'ingest' | 'deletion' | 'export';

/** A hospital may store and read. `hospital` is its code as credentials carry it. */
export type HospitalOnboarded = Event<'HospitalOnboarded', { hospital: string; name: string }>;

/** All of a hospital's settings from now on. */
export type HospitalChanged = Event<
  'HospitalChanged',
  { hospital: string; settings: HospitalSettings }
>;

/** Neither the hospital's people nor its machines are served. */
export type HospitalSuspended = Event<'HospitalSuspended', { hospital: string }>;

/** A suspended hospital is served again. */
export type HospitalResumed = Event<'HospitalResumed', { hospital: string }>;

/** The hospital is in a crisis: these are frozen, and no other. */
export type CrisisDeclared = Event<
  'CrisisDeclared',
  { hospital: string; freezes: readonly Freeze[] }
>;

/** Nothing of the hospital is frozen any more. */
export type CrisisEnded = Event<'CrisisEnded', { hospital: string }>;

/** The hospital's own sign-in isn't believed until then: its people read through the agency's issuer, its machines are denied. */
export type FallbackOpened = Event<'FallbackOpened', { hospital: string; until: string }>;

/** The hospital's own sign-in counts again. */
export type FallbackClosed = Event<'FallbackClosed', { hospital: string }>;

export type HospitalEvent =
  | HospitalOnboarded
  | HospitalChanged
  | HospitalSuspended
  | HospitalResumed
  | CrisisDeclared
  | CrisisEnded
  | FallbackOpened
  | FallbackClosed;

export const hospitalStream = (hospital: string) => `hospital-${hospital}`;
