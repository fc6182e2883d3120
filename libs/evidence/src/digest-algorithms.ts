import { constructed, sequence } from './der.js';

/** Digests by their object identifiers, as Node names them. */
export const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SHA256_OID = Buffer.from('0609608648016503040201', 'hex');

/** AlgorithmIdentifier of SHA-256, without parameters (RFC 5754 §2). */
export const sha256Algorithm = (): Buffer => sequence(SHA256_OID);

/** The same under an implicit context tag. */
export const taggedSha256 = (number: number): Buffer => constructed(0xa0 | number, SHA256_OID);
