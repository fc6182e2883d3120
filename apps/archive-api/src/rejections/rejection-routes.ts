import { z } from 'zod';
import { REJECTION_CODES } from '#archive/rejection-events';
import { claimId, type GovernanceRoute, opaqueId } from '../governance/governance-route.js';

const PAGE_STUDIES_MAX = 200;

/** `after`: the last claim of the page before; `limit` counts studies. */
export const rejectionPage = z.strictObject({
  after: claimId.optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_STUDIES_MAX).default(100),
});

const rejection = z.object({
  id: opaqueId,
  claim: claimId,
  study: z.string(),
  code: z.enum(REJECTION_CODES),
  instances: z.number().int(),
});
const named = z.object({ series: z.string().nullable(), instances: z.array(z.string()) });

export const REJECTION_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listRejections',
    area: 'rejections',
    method: 'get',
    path: '/governance/rejections',
    demands: 'read-rejections',
    summary: 'Rejection notes of the own hospital that hold, study by study.',
    query: rejectionPage,
    answers: {
      200: {
        description: 'Those of a page of studies; `next` when there are more.',
        schema: z.object({ items: z.array(rejection), next: claimId.optional() }),
      },
    },
  },
  {
    operation: 'readRejection',
    area: 'rejections',
    method: 'get',
    path: '/governance/rejections/{id}',
    demands: 'read-rejections',
    summary: 'One of them, with the instances that it names.',
    answers: {
      200: { description: 'It holds.', schema: rejection.extend({ named: z.array(named) }) },
    },
  },
  {
    operation: 'revokeRejection',
    area: 'rejections',
    method: 'post',
    path: '/governance/rejections/{id}/revoked',
    demands: 'revoke-rejections',
    summary: 'It holds no more: what it names is there again for whoever may see the study.',
    answers: {
      204: { description: 'It is revoked.' },
      202: { description: 'It will be, as soon as the study is not being written.' },
    },
  },
];
