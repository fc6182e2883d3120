import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AGENCY } from '#archive/access/agency';
import { sendAnswer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readQuery } from '../governance/read-json.js';
import { forbidden, notFound, ProblemException } from '../problem.js';
import { figuresQuery, periodOf } from './figure-routes.js';
import { ORDERS, type OrderPorts } from './order-ports.js';

/** What came of telling about duplicates, in numbers. */
@Controller('governance/duplicates/figures')
export class DuplicateFiguresController {
  constructor(@Inject(ORDERS) private readonly ports: OrderPorts) {}

  @Demands('read-technical')
  @Get()
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = readQuery(request, figuresQuery);
    const { figuresOf, wallMs } = this.ports;
    const hospital = await this.hospitalOf(callerOf(request), asked.hospital);
    const nowMs = wallMs();
    const period = periodOf(asked, nowMs);
    const figures = await figuresOf({ hospital, ...period }, nowMs);
    const told = { hospital: hospital || null, from: period.from, to: period.to, ...figures };
    return sendAnswer(reply, jsonAnswer(200, told));
  }

  /** '' for all: only the agency adds up what is of several. */
  private async hospitalOf(caller: Caller, asked: string | undefined): Promise<string> {
    if (caller.hospital !== AGENCY) {
      if (asked !== undefined && asked !== caller.hospital)
        throw new ProblemException(forbidden('These are the figures of another hospital.'));
      return caller.hospital;
    }
    if (asked !== undefined && !(await this.ports.isHospital(asked)))
      throw new ProblemException(notFound());
    return asked ?? '';
  }
}
