import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

/** Length of a nonce in bytes; draw a fresh random one for each seal: twice the same under one key breaks both. */
export const NONCE_BYTES = 12;

/** A seal that does not open: other key, other associated data, or changed bytes. */
export class SealBroken extends Error {}

/** AES-256-GCM: nonce, ciphertext, tag. `associated` is not kept; opening needs the same text again. */
export function sealContent(
  secret: KeyObject,
  associated: string,
  content: Uint8Array,
  nonce: Uint8Array,
): Buffer {
  if (nonce.length !== NONCE_BYTES) throw new Error(`a nonce has ${NONCE_BYTES} bytes`);
  const cipher = createCipheriv(CIPHER, secret, nonce).setAAD(Buffer.from(associated));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** What `sealContent` sealed. Throws SealBroken. */
export function openContent(secret: KeyObject, associated: string, sealed: Uint8Array): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('too short for a seal');
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, secret, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(associated))
    .setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('the seal does not open', { cause });
  }
}
