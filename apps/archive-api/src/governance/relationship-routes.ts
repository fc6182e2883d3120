import { z } from 'zod';
import {
  actorId,
  claimId,
  freeText,
  type GovernanceRoute,
  instant,
  opaqueId,
  organisationCode,
  pageOf,
  patientIdentifier,
  queuePage,
  review,
} from './governance-route.js';

const DAYS_MAX = 366;

export const relationshipBody = z.strictObject({
  patient: patientIdentifier,
  /** In the words that the person attested. */
  attestation: freeText,
  purpose: z.enum(['TREAT', 'ETREAT']),
  /** Who takes part: the caller alone, or the whole organisation. */
  scope: z.enum(['me', 'organisation']).default('me'),
  claim: claimId.optional(),
  days: z.number().int().min(1).max(DAYS_MAX).optional(),
});

const declared = z.object({ id: opaqueId, patient: opaqueId, until: instant });

const relationship = declared.extend({
  kind: z.enum(['encounter', 'order', 'referral', 'task', 'declared']),
  organisation: organisationCode,
  actor: actorId.nullable(),
  claim: claimId.nullable(),
  from: instant,
  until: instant.nullable(),
});

const drawn = z.object({
  id: opaqueId,
  patient: opaqueId,
  organisation: organisationCode,
  actor: actorId,
  declaredAt: instant,
  reviewDue: instant,
  overdue: z.boolean(),
  reviewedAt: instant.nullable(),
  outcome: z.enum(['justified', 'unjustified']).nullable(),
});

export const relationshipPage = z.strictObject({
  after: opaqueId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

export const RELATIONSHIP_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'declareRelationship',
    area: 'relationships',
    method: 'post',
    path: '/governance/relationships',
    demands: 'declare-relationship',
    summary:
      'Declares that the caller, or the organisation, takes part in the care of a patient. Some are reviewed.',
    body: relationshipBody,
    answers: { 201: { description: 'It holds until then.', schema: declared } },
    refusals: { 409: 'The patient has as many as one may have.' },
  },
  {
    operation: 'listRelationships',
    area: 'relationships',
    method: 'get',
    path: '/governance/relationships',
    demands: 'declare-relationship',
    summary: 'What holds now for the caller and the whole organisation, the last that began first.',
    query: relationshipPage,
    answers: { 200: { description: 'A page of them.', schema: pageOf(relationship) } },
  },
  {
    operation: 'endRelationship',
    area: 'relationships',
    method: 'delete',
    path: '/governance/relationships/{id}',
    demands: 'declare-relationship',
    summary: 'Ends what the caller declared.',
    answers: { 204: { description: 'It holds no longer.' } },
  },
  {
    operation: 'listRelationshipReviews',
    area: 'relationships',
    method: 'get',
    path: '/governance/relationship-reviews',
    demands: 'review-access',
    summary: 'The declared relationships of the own organisation that were drawn for review.',
    query: queuePage,
    answers: { 200: { description: 'A page of the queue.', schema: pageOf(drawn) } },
  },
  {
    operation: 'reviewRelationship',
    area: 'relationships',
    method: 'post',
    path: '/governance/relationship-reviews/{id}',
    demands: 'review-access',
    summary: 'Judges one, once; one that is not justified ends.',
    body: review,
    answers: { 204: { description: 'It is judged.' } },
    refusals: { 409: 'It was judged otherwise before.' },
  },
];
