import {
  Controller,
  Delete,
  Get,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { methodNotAllowed, ProblemException } from '../problem.js';
import { originOf } from '../request-address.js';
import { feedPatient } from './feed-patient.js';
import { FhirFilter } from './fhir.filter.js';
import { type Resource, resourceAnswer } from './fhir-answer.js';
import { FHIR, type FhirPorts } from './fhir-ports.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { linkPatients } from './link-patients.js';
import { matchPatients } from './match-patients.js';
import { type Asked, crossReference, queryPatients, readPatientById } from './query-patients.js';
import { readResource } from './read-resource.js';

const baseOf = (request: FastifyRequest): string => `${originOf(request)}/fhir`;

const askedOf = (request: FastifyRequest): Asked => ({
  caller: callerOf(request),
  url: request.url,
  base: baseOf(request),
});

/** Patients over FHIR R4: cross-reference (ITI-83), demographics query (ITI-78), match (ITI-119) and the identity feed (ITI-104). */
@UseFilters(FhirFilter)
@UseGuards(JsonOnlyGuard)
@Controller('fhir')
export class PatientsController {
  constructor(@Inject(FHIR) private readonly ports: FhirPorts) {}

  @Demands('read-identity')
  @Get('Patient')
  async query(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return send(reply, await queryPatients(this.ports, askedOf(request)));
  }

  @Demands('read-identity')
  @Get('Patient/$ihe-pix')
  async crossReference(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return send(reply, await crossReference(this.ports, askedOf(request)));
  }

  @Demands('read-identity')
  @Get('Patient/:patient')
  async read(
    @Param('patient') patient: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return send(reply, await readPatientById(this.ports, callerOf(request), patient));
  }

  @Demands('read-identity')
  @Post('Patient/$match')
  async match(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readResource(request, 'Parameters');
    const asked = { caller: callerOf(request), body, base: baseOf(request) };
    return send(reply, await matchPatients(this.ports, asked));
  }

  @Demands('keep-identity')
  @Put('Patient')
  async feed(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readResource(request, 'Patient');
    const fed = { caller: callerOf(request), url: request.url, body };
    const { resource, created } = await feedPatient(this.ports, fed);
    const location = `${baseOf(request)}/Patient/${resource['id']}`;
    const headers = created ? { location } : {};
    return sendAnswer(reply, resourceAnswer(resource, created ? 201 : 200, headers));
  }

  @Demands('keep-identity')
  @Post('Patient/$link')
  async link(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readResource(request, 'Parameters');
    const asked = { caller: callerOf(request), body, act: 'link' } as const;
    return send(reply, await linkPatients(this.ports, asked));
  }

  @Demands('keep-identity')
  @Post('Patient/$unlink')
  async unlink(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readResource(request, 'Parameters');
    const asked = { caller: callerOf(request), body, act: 'part' } as const;
    return send(reply, await linkPatients(this.ports, asked));
  }

  /** Facts are never taken out: an identifier that isn't used any more is replaced by another. */
  @Demands('keep-identity')
  @Delete(['Patient', 'Patient/:patient'])
  remove(): never {
    const why = 'A patient is not deleted: say active=false and link replaced-by.';
    throw new ProblemException(methodNotAllowed(why));
  }
}

const send = (reply: FastifyReply, resource: Resource): Promise<void> =>
  sendAnswer(reply, resourceAnswer(resource));
