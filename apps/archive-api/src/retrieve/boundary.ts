import { createHash, randomBytes } from 'node:crypto';

/** Drawn once per process: stored bytes cannot know it. For answers without an entity tag. */
export const BOUNDARY = `arkim-${randomBytes(18).toString('hex')}`;

const HEX_DIGITS = 48;

/**
 * The boundary of an answer with this entity tag: the same bytes for the same tag in every process, as PS3.18 §8.6.1.2 wants for ranges
 * and a strong tag needs (RFC 9110 §8.8.1). The tag names the parts by their digests, so a file that holds its own boundary would have to
 * hold a digest of itself: nobody can make one.
 */
export const boundaryOf = (tag: string): string =>
  `arkim-${createHash('sha256').update(`boundary ${tag}`).digest('hex').slice(0, HEX_DIGITS)}`;
