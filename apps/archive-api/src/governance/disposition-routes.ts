import { z } from 'zod';
import { BATCH_STUDIES_MAX } from '#index/disposition-desk';
import {
  actorId,
  claimId,
  type GovernanceRoute,
  instant,
  opaqueId,
  pageOf,
} from './governance-route.js';

const PAGE_ITEMS_MAX = 200;
const LIMIT_DEFAULT = 100;

const limit = z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(LIMIT_DEFAULT);
const capacity = z.enum(['records', 'medical', 'archives-visa']);

export const candidatesQuery = z.strictObject({ limit });
export const dispositionsPage = z.strictObject({ after: opaqueId.optional(), limit });
export const proposeBody = z.strictObject({
  /** Left out: all that are due, as many as one batch holds. */
  claims: z.array(claimId).min(1).max(BATCH_STUDIES_MAX).optional(),
});
export const approveBody = z.strictObject({ as: capacity });

const due = { claim: claimId, policy: z.string(), policyVersion: z.string(), rule: z.string() };
const candidate = z.object({ ...due, dueOn: z.iso.date() });
const approval = z.object({ capacity, approver: actorId, at: instant });
const batch = z.object({
  batch: opaqueId,
  phase: z.enum(['proposed', 'approved', 'stopped']),
  jurisdiction: z.string(),
  visaNeeded: z.boolean(),
  graceDays: z.number().int(),
  proposedBy: actorId,
  proposedAt: instant,
  approvals: z.array(approval),
  executeAfter: instant.nullable(),
  studies: z.number().int(),
  certified: z.boolean(),
});
const study = z.object({ ...due, step: z.string(), why: z.string() });
const certificate = z.object({ certificate: z.looseObject({}), signature: z.looseObject({}) });

const area = 'dispositions';

export const DISPOSITION_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listDispositionCandidates',
    area,
    method: 'get',
    path: '/governance/dispositions/candidates',
    demands: 'read-dispositions',
    summary:
      'Studies of the own hospital that are due, under no hold and in no batch, the longest due first.',
    query: candidatesQuery,
    answers: { 200: { description: 'The first of them.', schema: pageOf(candidate) } },
  },
  {
    operation: 'proposeDisposition',
    area,
    method: 'post',
    path: '/governance/dispositions',
    demands: 'propose-disposition',
    summary: 'Proposes to dispose of studies that are due; nothing happens before others approve.',
    body: proposeBody,
    answers: {
      201: {
        description: 'They wait for approval.',
        schema: z.object({ batch: opaqueId, studies: z.number().int() }),
      },
    },
    refusals: { 409: 'None of them is due and free.', 413: 'The body is too long.' },
  },
  {
    operation: 'listDispositions',
    area,
    method: 'get',
    path: '/governance/dispositions',
    demands: 'read-dispositions',
    summary: 'The batches of the own hospital, the last that was proposed first.',
    query: dispositionsPage,
    answers: { 200: { description: 'A page of them.', schema: pageOf(batch) } },
  },
  {
    operation: 'readDisposition',
    area,
    method: 'get',
    path: '/governance/dispositions/{id}',
    demands: 'read-dispositions',
    summary: 'A batch, and how far the disposal of each of its studies has come.',
    answers: {
      200: { description: 'The batch.', schema: batch.extend({ items: z.array(study) }) },
    },
  },
  {
    operation: 'approveDisposition',
    area,
    method: 'post',
    path: '/governance/dispositions/{id}/approvals',
    demands: 'approve-disposition',
    summary:
      'Approves as a records manager, as a doctor, or for the archives; with the last that is needed grace begins.',
    body: approveBody,
    answers: { 200: { description: 'The batch.', schema: batch } },
    refusals: { 409: 'It was approved in this capacity, or by this person, or stopped.' },
  },
  {
    operation: 'stopDisposition',
    area,
    method: 'post',
    path: '/governance/dispositions/{id}/stop',
    demands: 'propose-disposition',
    summary: 'Stops a batch; what is gone already stays so.',
    answers: { 204: { description: 'Nothing more of it is disposed of.' } },
  },
  {
    operation: 'readDispositionCertificate',
    area,
    method: 'get',
    path: '/governance/dispositions/{id}/certificate',
    demands: 'read-dispositions',
    summary: 'The signed certificate of a batch with which all is done.',
    answers: { 200: { description: 'The certificate.', schema: certificate } },
  },
  {
    operation: 'printDispositionCertificate',
    area,
    method: 'get',
    path: '/governance/dispositions/{id}/certificate.pdf',
    demands: 'read-dispositions',
    summary: 'The same for people to read, with the signed document attached (application/pdf).',
    answers: { 200: { description: 'The certificate as PDF.' } },
  },
];
