import type { AccessPersonal } from '#archive/access/access-facts';

/** Whose accesses someone may see: to one person's studies; those of or to one hospital; all. */
export type AuditReach =
  | Readonly<{ person: string }>
  | Readonly<{ hospital: string }>
  | Readonly<{ nation: true }>;

/** Where a page ended. */
export type AccessCursor = Readonly<{ recordedAt: string; record: string; person: string }>;

/** What is sought; times are ISO 8601, `until` excluded. `persons`: one of them was shown. */
export type AccessQuery = Readonly<{
  reach: AuditReach;
  persons?: readonly string[];
  from?: string;
  until?: string;
  actor?: string;
  claim?: string;
  record?: string;
  actions?: readonly string[];
  outcome?: 'permit' | 'deny';
  /** Only what was done to studies. */
  studiesOnly?: boolean;
  after?: AccessCursor;
  limit: number;
}>;

/** A study that was shown or asked for, as the archive knows it now. */
export type AccessedStudy = Readonly<{
  claim: string;
  hospital: string;
  studyUid: string;
  studyDate: string;
}>;

/** One record, as far as it concerns one person (or '' nobody): a search that showed three patients is three accesses. */
export type Access = Readonly<{
  record: string;
  recordedAt: string;
  windowStart: string | null;
  person: string;
  patient: string;
  studies: readonly AccessedStudy[];
  kind: string;
  action: string;
  outcome: 'permit' | 'deny';
  rule: string;
  policyVersion: string;
  actor: string;
  organisation: string;
  roles: readonly string[];
  machine: boolean;
  behalfActor: string;
  behalfOrganisation: string;
  purpose: string;
  hospital: string;
  breakGlass: boolean;
  repeats: number;
  /** Undefined when its key is destroyed. */
  personal: AccessPersonal | undefined;
}>;

/** Newest first. */
export type FindAccesses = (query: AccessQuery) => Promise<readonly Access[]>;
