import type { Answer } from '../answer.js';

/** A strong entity tag (RFC 9110 §8.8.3): content never changes under a digest, so the parts alone name the representation. */
export const entityTag = (...parts: readonly string[]): string => `"${parts.join('.')}"`;

/** Whether the client has this representation already (RFC 9110 §13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, ''))
    .some((candidate) => candidate === tag || candidate === '*');
}

/** Stored bytes stay the same, rights do not: a cache has to ask each time. */
export const validatorHeaders = (tag: string) => ({
  etag: tag,
  'cache-control': 'private, no-cache',
  vary: 'accept',
});

export const unchanged = (tag: string): Answer => ({ status: 304, headers: validatorHeaders(tag) });
