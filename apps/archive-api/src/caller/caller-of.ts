import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';

/** The caller of a request that has passed the guard. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('a guarded route ran without a caller');
  return caller;
}
