import type { AccessSubject } from '#archive/access/access-facts';
import type { Action } from '#archive/access/access-words';
import { type AccessDecision, decideAccess, decideAction } from '#archive/access/decide-access';
import { NO_STANDING } from '#archive/access/no-standing';

/** What is about the running archive or the nation, and of no hospital. */
export const ACTIONS_OF_ARCHIVE = ['read-metrics', 'read-policy', 'publish-policy'] as const;
export type ArchiveAction = (typeof ACTIONS_OF_ARCHIVE)[number];

/** What people of the agency, patients among them, do too; the agency is no hospital. */
const ACTIONS_OF_NATION: readonly Action[] = ['search', 'read-metadata', 'retrieve'];

export const isOfNation = (action: Action): boolean => ACTIONS_OF_NATION.includes(action);

export const isOfArchive = (action: Action): action is ArchiveAction =>
  (ACTIONS_OF_ARCHIVE as readonly Action[]).includes(action);

/** Routes that don't decide about each study by itself: what they do, they may do to every ordinary one of the subject's hospital. */
const UNDECIDED: readonly Action[] = ['search'];

/** Whether a route that does this may run at all for this subject. */
export const firstGate = (subject: AccessSubject, action: Action): AccessDecision =>
  UNDECIDED.includes(action)
    ? decideAccess(subject, action, ordinaryOf(subject), NO_STANDING)
    : decideAction(subject, action, isOfArchive(action) ? null : subject.organisation);

const ordinaryOf = ({ organisation, group }: AccessSubject) =>
  ({
    claim: '',
    hospital: organisation,
    group,
    person: '',
    confidentiality: 'N',
    tags: [],
    state: 'active',
  }) as const;
