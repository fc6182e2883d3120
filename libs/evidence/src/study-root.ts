import { leafHash, merkleRoot } from './merkle.js';

/** The root over the instances of a study: the RFC 9162 tree over the SHA-256 of their received bytes, each once, in ascending order. In and out: hex. */
export function studyRoot(digests: Iterable<string>): string {
  const entries = [...new Set(digests)].sort();
  return merkleRoot(entries.map((digest) => leafHash(Buffer.from(digest, 'hex')))).toString('hex');
}
