import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SealBroken } from './content-seal.js';
import { openSealed, PERSONAL_BYTES_MAX, sealPersonal } from './seal.js';

const key = { id: 'k', secret: createSecretKey(randomBytes(32)) };
const place = { stream: 'study-1', version: 7, type: 'InstancesStored' };
const nonce = () => randomBytes(12);

test('what is sealed opens again, short or long', () =>
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.boolean(), (value, long) => {
      const personal = {
        value: JSON.parse(JSON.stringify(value)),
        padding: long ? 'p'.repeat(5000) : '',
      };
      const sealed = sealPersonal(key, place, personal, nonce());
      expect(sealed.keyId).toBe('k');
      expect(openSealed(key, place, sealed)).toEqual(personal);
    }),
  ));

test.each([
  { ...place, stream: 'study-2' },
  { ...place, version: 8 },
  { ...place, type: 'InstancesRejected' },
  { stream: 'study-1","7', version: 7, type: 'InstancesStored' },
])('a seal opens in its own place only', (elsewhere) => {
  const sealed = sealPersonal(key, place, { name: 'x' }, nonce());
  expect(() => openSealed(key, elsewhere, sealed)).toThrow(SealBroken);
});

test('another key of the same id does not open it', () => {
  const sealed = sealPersonal(key, place, { name: 'x' }, nonce());
  const other = { id: 'k', secret: createSecretKey(randomBytes(32)) };
  expect(() => openSealed(other, place, sealed)).toThrow(SealBroken);
});

test('nothing of the personal part is legible', () => {
  const sealed = sealPersonal(key, place, { study: '1.2.3.4.5.6.7.8.9' }, nonce());
  const text = Buffer.from(sealed.ciphertext, 'base64').toString('latin1');
  expect(text).not.toMatch(/study|1\.2\.3/);
});

test('a list of 500 instances takes less than a quarter of its JSON', () => {
  const instances = Array.from({ length: 500 }, (_, n) => ({
    instance: `1.2.826.0.1.3680043.8.498.1234567890123456789012345678.${n}`,
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    transferSyntax: '1.2.840.10008.1.2.1',
    sha256: randomBytes(32).toString('hex'),
    bytes: 525_000 + n,
  }));
  const { ciphertext } = sealPersonal(key, place, { instances }, nonce());
  const bytes = Buffer.byteLength(ciphertext, 'base64');
  expect(bytes).toBeLessThan(JSON.stringify({ instances }).length / 4);
});

test('a personal part above the bound is refused', () =>
  expect(() => sealPersonal(key, place, 'x'.repeat(PERSONAL_BYTES_MAX), nonce())).toThrow(/bytes/));
