import type { AccessSubject } from '#archive/access/access-facts';
import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy } from '#archive/access/access-table';
import type { Action } from '#archive/access/access-words';
import { type AccessDecision, decideAction } from '#archive/access/decide-access';

/** What is about the running archive or the nation, and of no hospital. */
export const ACTIONS_OF_ARCHIVE = [
  'read-metrics',
  'read-policy',
  'publish-policy',
  'read-seals',
] as const;
export type ArchiveAction = (typeof ACTIONS_OF_ARCHIVE)[number];

/** What people of the agency, patients among them, do too; the agency is no hospital. */
const ACTIONS_OF_NATION: readonly Action[] = [
  'search',
  'read-metadata',
  'retrieve',
  'keep-consent',
  'set-confidentiality',
  'read-notices',
  'read-identity',
  'keep-identity',
  'read-audit',
  'read-own-audit',
  'read-technical',
  'follow-changes',
  'keep-webhooks',
  'keep-holds',
  'read-fixity',
];

export const isOfNation = (action: Action): boolean => ACTIONS_OF_NATION.includes(action);

export const isOfArchive = (action: Action): action is ArchiveAction =>
  (ACTIONS_OF_ARCHIVE as readonly Action[]).includes(action);

/** Whether a route that does this may run at all for this subject; what it does to a study is decided for each. */
export const firstGate = (
  subject: AccessSubject,
  action: Action,
  policy: AccessPolicy = accessPolicy,
): AccessDecision =>
  decideAction(subject, action, isOfArchive(action) ? null : subject.organisation, policy);
