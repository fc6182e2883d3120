import { Controller, Get, Inject, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { DemandsCdsClient, Open } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readJson } from '../governance/read-json.js';
import { answerHook } from './answer-hook.js';
import { CdsFilter } from './cds.filter.js';
import { CdsClientGuard, cdsClientOf } from './cds-client.guard.js';
import { CDS, type CdsPorts } from './cds-ports.js';
import { CALL_BYTES_MAX, hookRequest } from './hook-request.js';
import { originFor } from './service-address.js';
import { type CdsService, DISCOVERY, SELECT, SIGN } from './services.js';

/** Duplicate exams over CDS Hooks 2.0: told while they are ordered. */
@UseFilters(CdsFilter)
@Controller('cds-services')
export class CdsServicesController {
  constructor(@Inject(CDS) private readonly ports: CdsPorts) {}

  @Open()
  @Get()
  discover(@Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, jsonAnswer(200, DISCOVERY));
  }

  @DemandsCdsClient()
  @UseGuards(CdsClientGuard)
  @Post('imaging-duplicate-select')
  select(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(SELECT, request, reply);
  }

  @DemandsCdsClient()
  @UseGuards(CdsClientGuard)
  @Post('imaging-duplicate-sign')
  sign(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(SIGN, request, reply);
  }

  private async answer(
    service: CdsService,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const client = cdsClientOf(request);
    const body = await readJson(request, reply, hookRequest(service.hook), CALL_BYTES_MAX);
    const origin = originFor(request, this.ports.publicUrl);
    const answer = await answerHook(this.ports, { client, service, body, origin });
    return sendAnswer(reply, jsonAnswer(200, answer));
  }
}
