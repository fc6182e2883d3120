import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { uuid5 } from '#events/uuid5';
import type { CareOrder, CareOutcome } from '#index/care-commands';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { badRequest, conflict, forbidden, notFound, ProblemException } from '../problem.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The order that a request is: under the key that the client gave for it, in its own name and for this operation, or a new one. */
export function careOrder(request: FastifyRequest, operation: string): CareOrder {
  const actor = actorOf(callerOf(request));
  const key = request.headers['idempotency-key'];
  if (key === undefined) return { id: randomUUID(), actor };
  if (typeof key !== 'string' || !UUID.test(key))
    throw new ProblemException(badRequest('Idempotency-Key is no UUID.'));
  return { id: uuid5(key, `${actor}/${operation}`), actor };
}

/** Ends the request when the decision was against it. */
export function requireDone(outcome: CareOutcome): void {
  if (!outcome.ok) throw new ProblemException(REFUSALS[outcome.refusal]);
}

const REFUSALS = {
  unknown: notFound(),
  erased: notFound(),
  'own-case': forbidden('Nobody judges what they did themselves.'),
  decided: conflict('It was judged otherwise before.'),
  'too-many': conflict('There are as many of this kind as one patient may have at once.'),
  oneself: badRequest('Nobody represents themself.'),
} as const satisfies Record<Extract<CareOutcome, { ok: false }>['refusal'], unknown>;
