import { Controller, Get, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer, textAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { originOf } from '../request-address.js';
import { capabilityStatement } from './capability-statement.js';
import { FhirFilter } from './fhir.filter.js';
import { resourceAnswer } from './fhir-answer.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { smartConfiguration } from './smart-configuration.js';

/** What this server does and where tokens for it come from: read before there is a token. */
@UseFilters(FhirFilter)
@Controller()
export class DiscoveryController {
  @Open()
  @UseGuards(JsonOnlyGuard)
  @Get('fhir/metadata')
  capabilities(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const statement = capabilityStatement(`${originOf(request)}/fhir`);
    return sendAnswer(reply, resourceAnswer(statement));
  }

  @Open()
  @Get(['.well-known/smart-configuration', 'fhir/.well-known/smart-configuration'])
  smart(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const text = JSON.stringify(smartConfiguration(originOf(request)));
    return sendAnswer(reply, textAnswer(200, 'application/json', text));
  }
}
