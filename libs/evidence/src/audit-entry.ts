import type { AccessPersonal, AccessRecord } from '#archive/access/access-facts';

/** A record before it has a row: what stands in clear, and what is to be sealed. Empty texts stand for nobody and nothing. */
export type AuditEntry = Readonly<{
  /** A UUID; of a window, always the same one. */
  id: string;
  open: AuditOpen;
  personal: AccessPersonal;
}>;

/** What stands in clear: codes and opaque ids only. */
export type AuditOpen = Readonly<{
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
  claim: string;
  person: string;
  breakGlass: boolean;
  obligations: readonly string[];
  /** ISO 8601; null: the record stands for one request. */
  windowStart: string | null;
  repeats: number;
}>;

type Grain = Pick<AuditOpen, 'windowStart' | 'repeats'>;

/** The record of an access decision. */
export const auditEntry = (id: string, record: AccessRecord, grain: Grain): AuditEntry => ({
  id,
  open: { ...decided(record), ...asked(record), ...grain },
  personal: record.personal,
});

const decided = (record: AccessRecord) => ({
  kind: record.kind,
  action: record.action,
  outcome: record.outcome,
  rule: record.rule,
  policyVersion: record.policyVersion,
  obligations: record.obligations,
  hospital: record.hospital ?? '',
  claim: record.claim ?? '',
  person: record.person ?? '',
  breakGlass: isBreakGlass(record),
});

const asked = ({ subject }: AccessRecord) => ({
  actor: subject.actor,
  organisation: subject.organisation,
  roles: subject.roles,
  machine: subject.machine,
  behalfActor: subject.onBehalfOf?.actor ?? '',
  behalfOrganisation: subject.onBehalfOf?.organisation ?? '',
  purpose: subject.purpose ?? '',
});

/** The rule let it happen because glass was broken, or someone breaks it, or says so. */
const isBreakGlass = ({ rule, action, subject }: AccessRecord): boolean =>
  rule === 'break-glass' || action === 'open-break-glass' || subject.purpose === 'BTG';
