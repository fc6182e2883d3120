import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendAnswer, textAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { notReady, ProblemException } from '../problem.js';
import { OBJECTS_ANSWER, type ObjectsAnswer } from './objects-answer.js';
import { READINESS, type Readiness } from './readiness.js';

const RETRY_SECONDS = 2;
const MISSING = {
  database: 'The database does not answer.',
  schema: 'The database has no tables yet.',
  demo: 'The samples of the demo are not all stored yet.',
} as const;
const READY = '{"status":"ready"}';
/* Not 503: that would take every edge out of service, and with it the searches, which need no object store. */
const DEGRADED = '{"status":"degraded","down":["object-store"]}';

@Controller('health')
export class HealthController {
  constructor(
    @Inject(READINESS) private readonly readiness: Readiness,
    @Inject(OBJECTS_ANSWER) private readonly objectsAnswer: ObjectsAnswer,
  ) {}

  @Open()
  @Get('live')
  live(@Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, textAnswer(200, 'application/json', '{"status":"live"}'));
  }

  @Open()
  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const missing = await this.readiness();
    if (missing !== undefined)
      throw new ProblemException(notReady(RETRY_SECONDS, MISSING[missing]));
    const text = (await this.objectsAnswer()) ? READY : DEGRADED;
    return sendAnswer(reply, textAnswer(200, 'application/json', text));
  }
}
