import type { Event } from '#events/event';

/** An organisation wants to be told at an address what becomes of studies, behind the change `after` (0: of all). */
export type WebhookSubscribed = Event<
  'WebhookSubscribed',
  { subscription: string; organisation: string; address: string; after: number }
>;

/** It wants to be told no more. */
export type WebhookCancelled = Event<'WebhookCancelled', { subscription: string }>;

export type WebhookEvent = WebhookSubscribed | WebhookCancelled;

/** `subscription` is opaque. */
export const webhookStream = (subscription: string) => `webhook-${subscription}`;
