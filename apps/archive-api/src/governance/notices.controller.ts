import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AGENCY } from '#archive/access/agency';
import { sendAnswer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { CARE, type CarePorts } from './care-ports.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { noticePage } from './notice-routes.js';
import { type Audience, listNotices, markDelivered } from './notice-rows.js';
import { PathId } from './path-id.js';
import { readQuery } from './read-json.js';

/** What people have to be told, for those who tell them. */
@Controller('governance/notices')
export class NoticesController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('read-notices')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = readQuery(request, noticePage);
    const found = await listNotices(this.ports.pool, audienceOf(callerOf(request)), page);
    return sendAnswer(reply, jsonAnswer(200, found));
  }

  @Demands('read-notices')
  @Post(':id/delivered')
  async deliver(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { pool, wallMs } = this.ports;
    const to = audienceOf(callerOf(request));
    if (!(await markDelivered(pool, to, id, new Date(wallMs()))))
      throw new ProblemException(notFound());
    return sendAnswer(reply, NOTHING);
  }
}

/** The agency brings notices to patients; who is a data protection officer too gets their own. */
const audienceOf = ({ hospital, roles }: Caller): Audience =>
  hospital === AGENCY && roles.includes('agency')
    ? { audience: 'patient' }
    : { audience: 'dpo', organisation: hospital };
