import { createHmac, hkdfSync } from 'node:crypto';

const SECRET_BYTES = 32;
const KEY_USE = 'arkim webhook 1';
const PREFIX = 'whsec_';

/** One try of one message: `id` is the message's, the same for each try of it; `timestampS` (seconds since 1970) the try's. */
export type SignedMessage = Readonly<{ id: string; timestampS: number; body: string }>;

/** The secret of one webhook, written as Standard Webhooks has it. It is derived from the master key, so that nobody has to keep it. */
export function webhookSecret(masterKey: Buffer, webhook: string): string {
  const secret = hkdfSync('sha256', masterKey, '', `${KEY_USE} ${webhook}`, SECRET_BYTES);
  return PREFIX + Buffer.from(secret).toString('base64');
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
