import { z } from 'zod';
import {
  claimId,
  type GovernanceRoute,
  instant,
  organisationCode,
} from '../governance/governance-route.js';

/** Changes of one page. */
export const CHANGES_MAX = 1_000;
/** How long a request may wait for something to happen. */
export const WAIT_SECONDS_MAX = 30;

export const changeKind = z.enum(['stored', 'changed', 'reassigned', 'withdrawn', 'restored']);

/** A place in the feed; what it is made of is the archive's. */
export const cursorText = z.string().regex(/^c[0-9a-z]{1,13}$/);

export const changesQuery = z.strictObject({
  after: cursorText.optional(),
  limit: z.coerce.number().int().min(1).max(CHANGES_MAX).default(200),
  wait: z.coerce.number().int().min(0).max(WAIT_SECONDS_MAX).default(0),
});

const change = z.object({
  cursor: cursorText,
  claim: claimId,
  hospital: organisationCode,
  kind: changeKind,
  at: instant,
});

const page = z.object({ items: z.array(change), next: cursorText, more: z.boolean() });

export const CHANGE_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listChanges',
    area: 'changes',
    method: 'get',
    path: '/governance/changes',
    demands: 'follow-changes',
    summary:
      'What became of the studies that the agency may know of, behind a cursor, in the order in which it was told; a request may wait for it.',
    query: changesQuery,
    answers: {
      200: { description: 'A page of them, and the cursor to go on from.', schema: page },
    },
  },
];
