import { z } from 'zod';
import { type GovernanceRoute, instant, organisationCode } from '../governance/governance-route.js';

const PAGE_ITEMS_MAX = 200;

export const accessLogPage = z.strictObject({
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(50),
});

const entry = z.object({
  at: instant,
  /** By name when the credential had one and the law of the reader's organisation lets patients know it; else by role. */
  who: z.string(),
  organisation: organisationCode,
  what: z.enum(['found', 'described', 'seen', 'taken out']),
  studies: z.array(
    z.object({ hospital: organisationCode, studyUid: z.string(), studyDate: z.string() }),
  ),
  purpose: z.string(),
  breakGlass: z.boolean(),
});

export const ACCESS_LOG_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listAccesses',
    area: 'access log',
    method: 'get',
    path: '/governance/access-log',
    demands: 'read-own-audit',
    summary: 'Who saw the images of the patient who asks, the newest first.',
    query: accessLogPage,
    answers: {
      200: {
        description: 'A page; `next`, when there is more, is the `after` of the next.',
        schema: z.object({ items: z.array(entry), next: z.string().optional() }),
      },
    },
  },
];
