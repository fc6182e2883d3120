import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { changeFeed } from '#index/postgres/change-feed';
import type { FactPorts } from '#index/postgres/commit-facts';
import { webhookDesk } from '#index/postgres/webhook-desk';
import type { WebhookDesk } from '#index/webhook-desk';
import type { Config } from '#platform/config';
import { addressGuard } from '#platform/public-address';
import { webhookSecret } from '#platform/webhook-signature';
import { copiesControllers, copiesProviders } from '../copies/copies.module.js';
import type { Ports } from '../ports.js';
import { ChangesController } from './changes.controller.js';
import { CHANGES, type ChangesPorts } from './changes-ports.js';
import { WEBHOOKS, type WebhookPorts } from './webhook-ports.js';
import { WebhooksController } from './webhooks.controller.js';

/** Webhooks over the log of the edge's commands. */
export const webhooksOf = (facts: FactPorts, derivationKey: Buffer): WebhookDesk =>
  webhookDesk(facts, (id) => webhookSecret(derivationKey, id));

/** What settings say of webhooks, and who keeps them. */
export const webhookPorts = (
  { webhooks: { networks } }: Pick<Config, 'webhooks'>,
  facts: FactPorts,
  derivationKey: Buffer,
) => ({ webhooks: webhooksOf(facts, derivationKey), webhookNetworks: networks });

/** Of changes, and of objects that are held twice. */
export const changesControllers: readonly Type[] = [
  ChangesController,
  WebhooksController,
  ...copiesControllers,
];

export const changesProviders = (ports: Ports): Provider[] => [
  ...feedProviders(ports),
  ...copiesProviders(ports),
];

const feedProviders = ({
  pool,
  recordAccess,
  policyInForce = () => accessPolicy,
  wallMs,
  webhooks,
  webhookNetworks = [],
}: Ports): Provider[] => [
  {
    provide: CHANGES,
    useValue: {
      ...{ feed: changeFeed(pool), policyInForce, recordAccess, wallMs },
    } satisfies ChangesPorts,
  },
  {
    provide: WEBHOOKS,
    useValue: {
      ...{ desk: webhooks, feed: changeFeed(pool), guard: addressGuard(webhookNetworks) },
    } satisfies WebhookPorts,
  },
];
