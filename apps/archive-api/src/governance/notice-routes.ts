import { z } from 'zod';
import {
  type GovernanceRoute,
  instant,
  opaqueId,
  organisationCode,
  pageOf,
  patientIdentifier,
} from './governance-route.js';

export const noticePage = z.strictObject({
  state: z.enum(['waiting', 'delivered']).default('waiting'),
  after: opaqueId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

const notice = z.object({
  id: opaqueId,
  kind: z.enum(['break-glass']),
  audience: z.enum(['patient', 'dpo']),
  subject: opaqueId,
  person: opaqueId,
  organisation: organisationCode,
  createdAt: instant,
  deliveredAt: instant.nullable(),
  identifiers: z.array(patientIdentifier).optional(),
});

export const NOTICE_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listNotices',
    area: 'notices',
    method: 'get',
    path: '/governance/notices',
    demands: 'read-notices',
    summary:
      'What has to be told: to the data protection officer who asks, or (to the agency) to patients, with what they are known by.',
    query: noticePage,
    answers: { 200: { description: 'A page of them, the oldest first.', schema: pageOf(notice) } },
  },
  {
    operation: 'markNoticeDelivered',
    area: 'notices',
    method: 'post',
    path: '/governance/notices/{id}/delivered',
    demands: 'read-notices',
    summary: 'It was told.',
    answers: { 204: { description: 'It waits no longer.' } },
  },
];
