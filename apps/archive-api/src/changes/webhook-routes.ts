import { z } from 'zod';
import { type GovernanceRoute, instant, opaqueId, pageOf } from '../governance/governance-route.js';
import { cursorText } from './change-routes.js';
import { isWebhookAddress } from './webhook-address.js';

const ADDRESS_CHARACTERS_MAX = 2_000;

export const webhookBody = z.strictObject({
  address: z.string().max(ADDRESS_CHARACTERS_MAX).refine(isWebhookAddress),
  after: cursorText.optional(),
});

export const restartBody = z.strictObject({ after: cursorText });

export const deadLetterPage = z.strictObject({
  after: opaqueId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

const standing = z.object({
  id: opaqueId,
  address: z.string(),
  subscribedAt: instant,
  state: z.enum(['delivering', 'retrying', 'halted']),
  through: cursorText,
  attempts: z.number().int(),
  lastOutcome: z.string(),
  triedAt: instant.nullable(),
  deadLetters: z.number().int(),
});

const subscribed = z.object({ id: opaqueId, address: z.string(), secret: z.string() });

const deadLetter = z.object({
  id: opaqueId,
  after: cursorText,
  through: cursorText,
  attempts: z.number().int(),
  lastOutcome: z.string(),
  givenUpAt: instant,
});

const shared = { area: 'webhooks', demands: 'keep-webhooks' } as const;
const UNKNOWN = { 404: 'There is no such webhook.' };

export const WEBHOOK_ROUTES: readonly GovernanceRoute[] = [
  {
    ...shared,
    operation: 'subscribeWebhook',
    method: 'post',
    path: '/governance/webhooks',
    summary:
      'Changes are posted to this https address from now on, or from behind a cursor, signed as Standard Webhooks has it.',
    body: webhookBody,
    answers: {
      201: { description: 'It stands. The secret signs its messages.', schema: subscribed },
    },
    refusals: { 409: 'There are as many as there may be.' },
  },
  {
    ...shared,
    operation: 'listWebhooks',
    method: 'get',
    path: '/governance/webhooks',
    summary: 'Which webhooks there are, and how far each was told.',
    answers: {
      200: { description: 'All of them.', schema: z.object({ items: z.array(standing) }) },
    },
  },
  {
    ...shared,
    operation: 'cancelWebhook',
    method: 'delete',
    path: '/governance/webhooks/{id}',
    summary: 'Nothing is posted there any more.',
    answers: { 204: { description: 'It is over.' } },
    refusals: UNKNOWN,
  },
  {
    ...shared,
    operation: 'restartWebhook',
    method: 'post',
    path: '/governance/webhooks/{id}/restart',
    summary: 'Changes behind the cursor are posted again, also when the webhook was halted.',
    body: restartBody,
    answers: { 204: { description: 'It goes on from there.' } },
    refusals: UNKNOWN,
  },
  {
    ...shared,
    operation: 'listDeadLetters',
    method: 'get',
    path: '/governance/webhooks/{id}/dead-letters',
    summary: 'Messages that were given up, by the cursors that they lie between.',
    query: deadLetterPage,
    answers: {
      200: { description: 'A page of them, the oldest first.', schema: pageOf(deadLetter) },
    },
    refusals: UNKNOWN,
  },
];
