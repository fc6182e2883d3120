import type { ChangeFeed } from '#index/change-feed';
import type { WebhookDesk } from '#index/webhook-desk';
import type { AddressGuard } from '#platform/public-address';

export const WEBHOOKS = Symbol('Webhooks');

/** What the routes of webhooks are given. `guard`: whom the archive may call. */
export type WebhookPorts = Readonly<{
  desk: WebhookDesk;
  feed: Pick<ChangeFeed, 'head'>;
  guard: AddressGuard;
}>;
