import { createHmac } from 'node:crypto';
import { derivedKey } from './derived-key.js';

const KEY_USE = 'arkim webhook 1';
const PREFIX = 'whsec_';

/** One try of one message: `id` is the message's, the same for each try of it; `timestampS` (seconds since 1970) the try's. */
export type SignedMessage = Readonly<{ id: string; timestampS: number; body: string }>;

/** The secret of one webhook, written as Standard Webhooks has it. It is derived from the derivation key, so that nobody has to keep it. */
export function webhookSecret(derivationKey: Buffer, webhook: string): string {
  return PREFIX + derivedKey(derivationKey, `${KEY_USE} ${webhook}`).toString('base64');
}

/** The header fields of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, so that neither can be changed or sent again later. */
export function signWebhook(
  secret: string,
  { id, timestampS, body }: SignedMessage,
): Readonly<Record<string, string>> {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${id}.${timestampS}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': `v1,${signature}`,
  };
}
