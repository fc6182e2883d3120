import { createHash } from 'node:crypto';
import type { Answer } from '../answer.js';

/** A strong entity tag (RFC 9110 §8.8.3): content never changes under a digest, so the parts alone name the representation. The same in every process and after a restart. */
export const entityTag = (...parts: readonly string[]): string => `"${parts.join('.')}"`;

/** The tag of what is made of many things: their names, digested. */
export const entityTagOfMany = (names: readonly string[]): string =>
  entityTag(createHash('sha256').update(names.join('\n')).digest('hex'));

/** Whether the client has this representation already: weak comparison with any of a list (RFC 9110 §13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, ''))
    .some((candidate) => candidate === tag || candidate === '*');
}

/**
 * What a cache may do with it. `private`: a cache that serves several people keeps nothing, since an image is a patient's, and who may see
 * it is decided by the token (RFC 9111 §3.5 would else let a marked answer be shared). `no-cache`: a viewer's own cache may keep it, but
 * asks each time: stored bytes stay the same, rights do not. That costs a 304 without a read of the object store. `Vary` names what
 * the form depends on, Authorization too: one browser serves one person after the other.
 */
export const validatorHeaders = (tag: string) => ({
  etag: tag,
  'cache-control': 'private, no-cache',
  vary: 'Accept, Authorization',
});

export const unchanged = (tag: string): Answer => ({ status: 304, headers: validatorHeaders(tag) });
