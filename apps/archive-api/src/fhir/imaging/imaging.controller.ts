import {
  Controller,
  Get,
  Inject,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../../answer.js';
import { callerOf } from '../../caller/caller-of.js';
import { Demands } from '../../caller/permit.guard.js';
import { readForm } from '../../first-look/read-form.js';
import { badRequest, ProblemException } from '../../problem.js';
import { originOf } from '../../request-address.js';
import { refuseTooSlow } from '../../search/search.js';
import { FhirFilter } from '../fhir.filter.js';
import { type Resource, resourceAnswer } from '../fhir-answer.js';
import { JsonOnlyGuard } from '../json-only.guard.js';
import { pairsIn, queryOf } from '../query-of.js';
import { isStrictHandling } from './handling.js';
import type { Pairs } from './imaging-cursor.js';
import { IMAGING, type ImagingPorts } from './imaging-ports.js';
import { readEndpoint, readImagingStudy } from './read-imaging-study.js';
import { searchEndpoints } from './search-endpoints.js';
import { searchImagingStudies } from './search-imaging-studies.js';

const FORM_BYTES_MAX = 64 * 1024;

/** Studies over FHIR R4, of all hospitals, and where their images are read: ImagingStudy and Endpoint. */
@UseFilters(FhirFilter)
@UseGuards(JsonOnlyGuard)
@Controller('fhir')
export class ImagingController {
  constructor(@Inject(IMAGING) private readonly ports: ImagingPorts) {}

  @Demands('search')
  @Get('ImagingStudy')
  search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return send(reply, searchImagingStudies(this.ports, searchOf(request, queryOf(request.url))));
  }

  /** A search whose parameters stand in no address (FHIR R4 §3.1.0.1.4). */
  @Demands('search')
  @Post('ImagingStudy/_search')
  async searchByForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = await readForm(request.raw, FORM_BYTES_MAX);
    if (form === undefined)
      throw new ProblemException(badRequest('The body is no form, or too large.'));
    const pairs = [...queryOf(request.url), ...pairsIn(form)];
    return send(reply, searchImagingStudies(this.ports, searchOf(request, pairs)));
  }

  @Demands('search')
  @Get('ImagingStudy/:id')
  read(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return send(reply, readImagingStudy(this.ports, readOf(request, id)));
  }

  @Demands('search')
  @Get('Endpoint')
  endpoints(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return send(reply, searchEndpoints(this.ports, searchOf(request, queryOf(request.url))));
  }

  @Demands('search')
  @Get('Endpoint/:endpoint')
  endpoint(
    @Param('endpoint') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return send(reply, readEndpoint(this.ports, readOf(request, id)));
  }
}

const searchOf = (request: FastifyRequest, pairs: Pairs) => ({
  caller: callerOf(request),
  pairs,
  origin: originOf(request),
  isStrict: isStrictHandling(request.headers['prefer']),
});

const readOf = (request: FastifyRequest, id: string) => ({
  caller: callerOf(request),
  id,
  origin: originOf(request),
});

const send = async (reply: FastifyReply, resource: Promise<Resource>): Promise<void> =>
  sendAnswer(reply, resourceAnswer(await resource.catch(refuseTooSlow)));
