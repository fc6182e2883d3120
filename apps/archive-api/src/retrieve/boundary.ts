import { randomBytes } from 'node:crypto';

/** Drawn once per process: stored bytes cannot know it, and the same answer has the same bytes. */
export const BOUNDARY = `arkim-${randomBytes(18).toString('hex')}`;
