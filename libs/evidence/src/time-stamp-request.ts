import { octets, sequence, wholeNumber } from './der.js';
import { sha256Algorithm } from './digest-algorithms.js';

/** Bytes of a nonce; its first bit is never set, so that it reads as a positive number everywhere. */
export const TIME_STAMP_NONCE_BYTES = 8;

const VERSION_1 = wholeNumber(Buffer.of(1));
const TRUE = Buffer.of(0x01, 0x01, 0xff);

/** A request to stamp this SHA-256, with the certificate in the answer (RFC 3161 §2.4.1). */
export const timeStampRequest = (imprint: Uint8Array, nonce: Uint8Array): Buffer =>
  sequence(VERSION_1, sequence(sha256Algorithm(), octets(imprint)), wholeNumber(nonce), TRUE);
