import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpaqueIds } from '#index/opaque-ids';
import type { CallerClaims, VerifyToken } from '#platform/verify-token';
import { problemAnswer, sendAnswer } from '../answer.js';
import { type Problem, tokenKeysUnreachable, unauthorized } from '../problem.js';
import type { Caller } from './caller.js';

/** Authorization header → who asks, or why nobody is believed. */
export type Authenticate = (
  header: string | undefined,
) => Promise<Readonly<{ ok: true; caller: Caller } | { ok: false; problem: Problem }>>;

const BEARER = /^bearer +([\w\-.~+/]+=*)$/i;
const RETRY_SECONDS = 5;

/** `ids` name the person whom a patient's token names. */
export const authenticate =
  (verify: VerifyToken, ids: Pick<OpaqueIds, 'patient'>): Authenticate =>
  async (header = '') => {
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) return { ok: false, problem: unauthorized() };
    const verdict = await verify(token);
    if (verdict.ok) return { ok: true, caller: callerFrom(verdict.caller, ids) };
    return verdict.refusal === 'keys-unreachable'
      ? { ok: false, problem: tokenKeysUnreachable(RETRY_SECONDS) }
      : { ok: false, problem: unauthorized(`The token is refused: ${verdict.refusal}.`) };
  };

const callerFrom = (claims: CallerClaims, ids: Pick<OpaqueIds, 'patient'>): Caller => {
  const { organisation, patient, expiresAtMs: _spent, ...said } = claims;
  const asks = patient !== null && claims.roles.includes('patient');
  return {
    ...said,
    hospital: organisation,
    person: asks ? ids.patient(patient.authority, patient.id) : null,
    group: '',
    crisis: false,
  };
};

/** Pages and health need no caller; the guard denies everything else without one, whatever path got it here. */
const OPEN_PATH = /^\/(?:$|\?|health\/|viewer(?:$|[/?])|sign-(?:in|out)$)/;

/** Where a request's credential is: an Authorization field, or what stands for one. */
export type CredentialOf = (request: FastifyRequest) => string | undefined;

/** A hook for every request, routed or not: without a good token the answer is 401, also for what is not there. */
export const requireCaller =
  (authenticated: Authenticate, credentialOf: CredentialOf) =>
  (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    if (OPEN_PATH.test(request.url)) {
      done();
      return;
    }
    authenticated(credentialOf(request))
      .then(async (found) => {
        if (!found.ok) return sendAnswer(reply, problemAnswer(found.problem));
        request.caller = found.caller;
        return done();
      })
      .catch(done);
  };
