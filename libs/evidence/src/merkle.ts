import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The hash of one entry (RFC 9162 §2.1.1). */
export const leafHash = (entry: Uint8Array | string): Buffer => sha256(LEAF, entry);

/** The hash of two hashes beside each other (RFC 9162 §2.1.1). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** The hash of a tree over these leaf hashes, in their order (RFC 9162 §2.1.1); of none, that of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return Buffer.from(first);
  const left = largestPowerBelow(leaves.length);
  return nodeHash(merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

/** The largest power of two below `count`, which is 2 at least. */
export function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
