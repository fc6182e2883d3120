import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { accessPolicy } from '#archive/access/access-policy';
import { type PostgresKeyRingOptions, postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { auditRecorder } from '#evidence/audit-recorder';
import { writeAudit } from '#evidence/postgres/write-audit';
import { readPolicy } from '#index/postgres/access-policies';
import { changeFeed } from '#index/postgres/change-feed';
import { messageDone, messageFailed, takeMessage } from '#index/postgres/webhook-outbox';
import type { Config } from '#platform/config';
import { addressGuard } from '#platform/public-address';
import type { Secrets } from '#platform/secrets';
import { webhookSecret } from '#platform/webhook-signature';
import { deliverNext } from './deliver-next.js';
import { type Sending, sendWebhook } from './send-webhook.js';

/** Whom the settings let webhooks be sent to. */
export async function sendingOf({ webhooks }: Pick<Config, 'webhooks'>): Promise<Sending> {
  const { networks, caFile } = webhooks;
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  return { guard: addressGuard(networks), ca };
}

type WebhookKeys = Pick<Secrets, 'derivationKey'> & Pick<PostgresKeyRingOptions, 'masterKey'>;

/** What tries messages of webhooks, one at a time. */
export function deliverFrom(
  pool: Pool,
  { masterKey, derivationKey }: WebhookKeys,
  sending: Sending,
): () => Promise<boolean> {
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes });
  const wallMs = Date.now;
  return () =>
    deliverNext({
      take: () => takeMessage(pool),
      done: (message, outcome) => messageDone(pool, message, outcome),
      failed: (message, what) => messageFailed(pool, message, what),
      feed: changeFeed(pool),
      policyInForce: async () => (await readPolicy(pool)) ?? accessPolicy,
      recordAccess: auditRecorder({
        write: writeAudit({ pool, keys, wallMs, random: randomBytes }),
        wallMs,
        newId: randomUUID,
      }),
      secretOf: (webhook) => webhookSecret(derivationKey, webhook),
      send: (posting) => sendWebhook(sending, posting),
      wallMs,
      random: Math.random,
    });
}
