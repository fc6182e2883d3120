import { z } from 'zod';
import {
  actorId,
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

export const breakGlassBody = z.strictObject({
  patient: patientIdentifier,
  reason: z.strictObject({
    code: z.enum(['vital-interest', 'urgent-treatment', 'cannot-consent', 'other']),
    text: freeText,
  }),
});

const opened = z.object({ id: opaqueId, patient: opaqueId, until: instant, reviewDue: instant });

const glass = opened.extend({
  organisation: organisationCode,
  actor: actorId,
  openedAt: instant,
  overdue: z.boolean(),
  reviewedAt: instant.nullable(),
  outcome: z.enum(['justified', 'unjustified']).nullable(),
});

const told = glass.extend({
  named: patientIdentifier.nullable(),
  reason: z.object({ code: z.string(), text: z.string() }).nullable(),
});

export const BREAK_GLASS_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'openBreakGlass',
    area: 'break-glass',
    method: 'post',
    path: '/governance/break-glass',
    demands: 'open-break-glass',
    summary:
      'Opens the record of one patient in an emergency, for a while; needs a second factor. Reviewed, and told to the patient.',
    body: breakGlassBody,
    answers: {
      201: { description: 'It is open until then.', schema: opened },
      200: {
        description: 'The caller had opened it before; it is open until then.',
        schema: opened,
      },
    },
  },
  {
    operation: 'listBreakGlass',
    area: 'break-glass',
    method: 'get',
    path: '/governance/break-glass',
    demands: 'review-access',
    summary:
      'What members of the own organisation opened, the review that is due first before others.',
    query: queuePage,
    answers: { 200: { description: 'A page of the queue.', schema: pageOf(glass) } },
  },
  {
    operation: 'readBreakGlass',
    area: 'break-glass',
    method: 'get',
    path: '/governance/break-glass/{id}',
    demands: 'review-access',
    summary: 'One of them, with its reason and how the patient was named.',
    answers: { 200: { description: 'All that is known of it.', schema: told } },
  },
  {
    operation: 'reviewBreakGlass',
    area: 'break-glass',
    method: 'post',
    path: '/governance/break-glass/{id}/review',
    demands: 'review-access',
    summary: 'Judges it, once; nobody judges what they did themselves.',
    body: review,
    answers: { 204: { description: 'It is judged.' } },
    refusals: { 409: 'It was judged otherwise before.' },
  },
];
