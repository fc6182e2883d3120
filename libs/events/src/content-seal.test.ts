import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NONCE_BYTES, openContent, SealBroken, sealContent } from './content-seal.js';

const secret = createSecretKey(randomBytes(32));
const nonce = () => randomBytes(NONCE_BYTES);

test('what is sealed opens again', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (content, associated) => {
      const sealed = sealContent(secret, associated, content, nonce());
      expect(openContent(secret, associated, sealed)).toEqual(Buffer.from(content));
    }),
  ));

test('no bit can be changed, and no byte left out', () => {
  const sealed = sealContent(secret, 'place', Buffer.from('content'), nonce());
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => openContent(secret, 'place', changed)).toThrow(SealBroken);
  }
  for (let end = 0; end < sealed.length; end++)
    expect(() => openContent(secret, 'place', sealed.subarray(0, end))).toThrow(SealBroken);
});

test('it opens neither elsewhere nor with another key', () => {
  const sealed = sealContent(secret, 'place', Buffer.from('content'), nonce());
  expect(() => openContent(secret, 'elsewhere', sealed)).toThrow(SealBroken);
  const other = createSecretKey(randomBytes(32));
  expect(() => openContent(other, 'place', sealed)).toThrow(SealBroken);
});

test('the layout is nonce, ciphertext, tag: a published vector', () => {
  /* The GCM specification (McGrew and Viega), test case 15: no associated data. */
  const key = Buffer.from(
    'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    'hex',
  );
  const plain =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
  const ciphertext =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
  const tag = 'b094dac5d93471bdec1a502270e3cc6c';
  const iv = 'cafebabefacedbaddecaf888';
  const sealed = sealContent(
    createSecretKey(key),
    '',
    Buffer.from(plain, 'hex'),
    Buffer.from(iv, 'hex'),
  );
  expect(sealed.toString('hex')).toBe(iv + ciphertext + tag);
});

test('a nonce of another length is a fault', () =>
  expect(() => sealContent(secret, '', Buffer.alloc(1), randomBytes(8))).toThrow(/12 bytes/));
