import { randomUUID } from 'node:crypto';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  NotFoundException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MasterKeyUnavailable } from '#events/master-key';
import { TooMuchWaits } from '#evidence/group-commit';
import type { Log } from '#platform/log';
import { isLockLate, isStatementLate } from '#platform/statement-late';
import { isOutage } from '#storage/outage';
import { type Answer, problemAnswer, sendAnswer } from './answer.js';
import { allowedMethods } from './capabilities/describe-resource.js';
import { isDatabaseGone } from './database-gone.js';
import { isGone } from './drain-request.js';
import {
  badRequest,
  databaseLate,
  databaseUnavailable,
  internalError,
  keysUnavailable,
  methodNotAllowed,
  notFound,
  objectStoreUnavailable,
  overloaded,
  type Problem,
  ProblemException,
  unsupportedMediaType,
  uriTooLong,
} from './problem.js';
import { pathOf } from './request-address.js';

const DATABASE_RETRY_SECONDS = 2;
const OBJECT_STORE_RETRY_SECONDS = 5;
const KEYS_RETRY_SECONDS = 5;

export const LOG = Symbol('Log');

/** The one place where a failed request is answered; a fault is logged here, once, under an id that the client gets too. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) protected readonly log: Log) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isGone(error) && reply.raw.req.destroyed) return;
    const lost =
      this.lostDatabase(error) ?? this.lostObjectStore(error) ?? this.lostMasterKey(error);
    if (reply.raw.headersSent) return void reply.raw.destroy();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const problem = toProblem(error) ?? lost ?? this.fault(error);
    const answer = wrongMethodAnswer(error, request) ?? this.answerOf(problem);
    await sendAnswer(reply, answer);
  }

  protected answerOf(problem: Problem): Answer {
    return problemAnswer(problem);
  }

  private lostDatabase(error: unknown): Problem | undefined {
    if (isStatementLate(error) || isLockLate(error)) {
      this.log.warn({ err: error }, 'the database took too long');
      return databaseLate(DATABASE_RETRY_SECONDS);
    }
    if (!isDatabaseGone(error)) return undefined;
    this.log.warn({ err: error }, 'the database did not answer');
    return databaseUnavailable(DATABASE_RETRY_SECONDS);
  }

  private lostObjectStore(error: unknown): Problem | undefined {
    if (!isOutage(error)) return undefined;
    this.log.warn({ err: error }, 'the object store did not answer');
    return objectStoreUnavailable(OBJECT_STORE_RETRY_SECONDS);
  }

  private lostMasterKey(error: unknown): Problem | undefined {
    if (!(error instanceof MasterKeyUnavailable)) return undefined;
    this.log.warn({ err: error }, 'the device of the master key did not answer');
    return keysUnavailable(KEYS_RETRY_SECONDS);
  }

  private fault(error: unknown): Problem {
    const correlationId = randomUUID();
    this.log.error({ err: error, correlationId }, 'a request failed');
    return internalError(`The operator finds it in the log as ${correlationId}.`);
  }
}

/** The framework found no route: the path may still be a resource, which then says what it knows (RFC 9110 §15.5.6). */
function wrongMethodAnswer(error: unknown, request: FastifyRequest): Answer | undefined {
  const allow = error instanceof NotFoundException ? allowedMethods(pathOf(request)) : undefined;
  if (allow === undefined) return undefined;
  const answer = problemAnswer(methodNotAllowed());
  return { ...answer, headers: { ...answer.headers, allow } };
}

/** Undefined: a fault. What the framework refuses by itself keeps its status and gets our words, since its own repeat the address. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof ProblemException) return error.problem;
  if (error instanceof TooMuchWaits) return overloaded(DATABASE_RETRY_SECONDS);
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return notFound();
  if (status === 414) return uriTooLong();
  if (status === 415) return unsupportedMediaType();
  return status !== undefined && status >= 400 && status < 500 ? badRequest() : undefined;
}

const statusOf = (error: unknown): number | undefined =>
  (error as { statusCode?: number } | undefined)?.statusCode;
