import { z } from 'zod';
import { COPY_KINDS } from '#index/object-copies';
import {
  claimId,
  type GovernanceRoute,
  organisationCode,
  pageOf,
} from '../governance/governance-route.js';

const PAGE_ITEMS_MAX = 200;
/** Studies of one cohort question. */
const COHORT_STUDIES_MAX = 250;

const kind = z.enum(COPY_KINDS);
const limit = z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(100);

/** `after`: the two claims of the last pair that was seen, with a point between them. */
export const pairsQuery = z.strictObject({
  kind: kind.optional(),
  after: z
    .string()
    .regex(/^[0-9a-f]{32}\.[0-9a-f]{32}$/)
    .optional(),
  limit,
});

export const splitQuery = z.strictObject({ after: claimId.optional(), limit });

export const cohortBody = z.strictObject({
  claims: z.array(claimId).min(1).max(COHORT_STUDIES_MAX),
});

const count = z.number().int();
const study = z.object({ claim: claimId, study: z.string() });

const report = z.object({
  hospital: organisationCode,
  lookedAt: z.object({ studies: count, instances: count, ofStudies: count, ofInstances: count }),
  sentAgain: z.object({ instances: count, bytes: count }),
  copies: z.array(z.object({ kind, pairs: count, instances: count, bytes: count })),
  split: z.object({ examinations: count, studies: count }),
});

const pair = z.object({ kind, instances: count, bytes: count, first: study, second: study });
const split = z.object({ studies: z.array(study) });
const distinct = z.object({
  kept: z.array(claimId),
  copies: z.array(z.object({ claim: claimId, of: claimId })),
});

const shared = { area: 'duplicate-objects', demands: 'read-duplicate-objects' } as const;

export const COPY_ROUTES: readonly GovernanceRoute[] = [
  {
    ...shared,
    operation: 'reportDuplicateObjects',
    method: 'get',
    path: '/governance/duplicate-objects',
    summary:
      'How much the own hospital holds more than once (by equal pixels), was sent again, and has split over several studies.',
    answers: { 200: { description: 'Counts and bytes; it names no study.', schema: report } },
  },
  {
    ...shared,
    operation: 'listDuplicateObjects',
    method: 'get',
    path: '/governance/duplicate-objects/studies',
    summary: 'Studies of the own hospital that share pixels, of those that the caller may find.',
    query: pairsQuery,
    answers: { 200: { description: 'A page of pairs.', schema: pageOf(pair) } },
  },
  {
    ...shared,
    operation: 'listSplitExaminations',
    method: 'get',
    path: '/governance/duplicate-objects/split',
    summary:
      'Examinations (one accession number of one patient) of the own hospital that lie in several studies, of those that the caller may find.',
    query: splitQuery,
    answers: { 200: { description: 'A page of them.', schema: pageOf(split) } },
  },
  {
    ...shared,
    operation: 'keepOneOfEach',
    method: 'post',
    path: '/governance/duplicate-objects/one-of-each',
    summary:
      'Which of these studies of the own hospital a cohort keeps, so that no picture is in it twice by a whole study.',
    body: cohortBody,
    answers: {
      200: { description: 'The kept ones, and whose copies the others are.', schema: distinct },
    },
  },
];
