import { createHmac } from 'node:crypto';

const HASH = 'sha256';
const HASH_BYTES = 32;

/**
 * The derivation key of an archive whose secrets were derived from its only master key: the extract step of HKDF (RFC 5869 §2.2)
 * with no salt. It tells nothing of the master key, so that this one can be destroyed.
 */
export const derivationKeyOf = (masterKey: Uint8Array): Buffer =>
  createHmac(HASH, Buffer.alloc(HASH_BYTES)).update(masterKey).digest();

/** 32 bytes for one use: the expand step of HKDF (RFC 5869 §2.3), one block of it. Different uses give independent keys. */
export const derivedKey = (derivationKey: Uint8Array, use: string): Buffer =>
  createHmac(HASH, derivationKey).update(use).update(Buffer.of(1)).digest();
