import { hkdfSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { derivationKeyOf, derivedKey } from './derived-key.js';

test('what is derived is what HKDF derives from the master key itself', () => {
  const master = randomBytes(32);
  const whole = Buffer.from(hkdfSync('sha256', master, '', 'a use 1', 32));
  expect(derivedKey(derivationKeyOf(master), 'a use 1')).toEqual(whole);
});
test('each use has a key of its own', () => {
  const key = randomBytes(32);
  expect(derivedKey(key, 'one')).not.toEqual(derivedKey(key, 'two'));
});
