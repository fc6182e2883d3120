import { expect, test } from 'vitest';
import { signWebhook, webhookSecret } from './webhook-signature.js';

test('it signs as the reference implementation of Standard Webhooks does', () =>
  expect(
    signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampS: 1_614_265_330,
      body: '{"test": 2432232314}',
    }),
  ).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }));

test('each webhook has a secret of its own, the same whenever it is asked for', () => {
  const master = Buffer.alloc(32, 1);
  const secret = webhookSecret(master, 'one');
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(webhookSecret(master, 'one')).toBe(secret);
  expect(webhookSecret(master, 'two')).not.toBe(secret);
  expect(webhookSecret(Buffer.alloc(32, 2), 'one')).not.toBe(secret);
});
