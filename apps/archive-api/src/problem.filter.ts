import { randomUUID } from 'node:crypto';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Log } from '#platform/log';
import { problemAnswer, sendAnswer } from './answer.js';
import { isDatabaseGone } from './database-gone.js';
import { isGone } from './drain-request.js';
import {
  badRequest,
  databaseUnavailable,
  internalError,
  notFound,
  type Problem,
  ProblemException,
  unsupportedMediaType,
  uriTooLong,
} from './problem.js';

const DATABASE_RETRY_SECONDS = 2;

export const LOG = Symbol('Log');

/** The one place where a failed request is answered; a fault is logged here, once, under an id that the client gets too. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isGone(error) && reply.raw.req.destroyed) return;
    const problem = toProblem(error) ?? this.lostDatabase(error) ?? this.fault(error);
    if (!reply.raw.headersSent) await sendAnswer(reply, problemAnswer(problem));
    else reply.raw.destroy();
  }

  private lostDatabase(error: unknown): Problem | undefined {
    if (!isDatabaseGone(error)) return undefined;
    this.log.warn({ err: error }, 'the database did not answer');
    return databaseUnavailable(DATABASE_RETRY_SECONDS);
  }

  private fault(error: unknown): Problem {
    const correlationId = randomUUID();
    this.log.error({ err: error, correlationId }, 'a request failed');
    return internalError(`The operator finds it in the log as ${correlationId}.`);
  }
}

/** Undefined: a fault. What the framework refuses by itself keeps its status and gets our words, since its own repeat the address. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof ProblemException) return error.problem;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return notFound();
  if (status === 414) return uriTooLong();
  if (status === 415) return unsupportedMediaType();
  return status !== undefined && status >= 400 && status < 500 ? badRequest() : undefined;
}

const statusOf = (error: unknown): number | undefined =>
  (error as { statusCode?: number } | undefined)?.statusCode;
