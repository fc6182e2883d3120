import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dueStudies, readSchedule, scheduleCounts } from '#index/retention-due';
import { addDays } from '#retention/calendar';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readQuery } from '../governance/read-json.js';
import { notFound, ProblemException } from '../problem.js';
import { RETENTION, type RetentionPorts } from './retention-ports.js';
import { dueQuery } from './retention-routes.js';
import { todayOf } from './today-of.js';

/** When the studies of the own hospital may go. */
@Controller('governance/retention')
export class RetentionController {
  constructor(@Inject(RETENTION) private readonly ports: RetentionPorts) {}

  @Demands('read-retention')
  @Get()
  async counts(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { hospital } = callerOf(request);
    const found = await scheduleCounts(this.ports.rows, hospital);
    const schedules = found.map(({ hospital: _own, ...count }) => count);
    return sendAnswer(reply, jsonAnswer(200, { hospital, schedules }));
  }

  @Demands('read-retention')
  @Get('due')
  async due(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { before, after, limit } = readQuery(request, dueQuery);
    const { hospital } = callerOf(request);
    const [dueOn = '', claim = ''] = after?.split('.') ?? [];
    const found = await dueStudies(this.ports.rows, {
      ...{ hospital, limit: limit + 1 },
      before: before ?? addDays(todayOf(this.ports.wallMs()), 1),
      after: after === undefined ? undefined : { dueOn, claim },
    });
    const items = found.slice(0, limit).map(({ hospital: _own, ...study }) => study);
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @Demands('read-retention')
  @Get('studies/:id')
  async study(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await readSchedule(this.ports.rows, callerOf(request).hospital, id);
    if (found === undefined) throw new ProblemException(notFound());
    return sendAnswer(reply, jsonAnswer(200, found));
  }
}
