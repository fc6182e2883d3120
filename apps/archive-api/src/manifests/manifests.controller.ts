import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PERMIT_STUDY, type PermitStudy } from '../access/permit-study.js';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { FhirFilter } from '../fhir/fhir.filter.js';
import { resourceAnswer } from '../fhir/fhir-answer.js';
import { originOf } from '../request-address.js';
import { documentContent } from './document-content.js';
import { MANIFESTS, type ManifestPorts } from './manifest-ports.js';
import { readDocument, searchDocuments } from './search-documents.js';

/** Manifests of studies: found as documents (IHE MHD, ITI-67), retrieved by their content (ITI-68). */
@UseFilters(FhirFilter)
@Controller('fhir')
export class ManifestsController {
  constructor(
    @Inject(MANIFESTS) private readonly ports: ManifestPorts,
    @Inject(PERMIT_STUDY) private readonly permit: PermitStudy,
  ) {}

  @Demands('search')
  @Get('DocumentReference')
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, resourceAnswer(await searchDocuments(this.ports, askedOf(request))));
  }

  @Demands('search')
  @Get('DocumentReference/:document')
  async read(
    @Param('document') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return sendAnswer(reply, resourceAnswer(await readDocument(this.ports, askedOf(request), id)));
  }

  @Demands('read-metadata')
  @Get('Binary/:document')
  binary(
    @Param('document') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.content(id, 'Binary', request, reply);
  }

  @Demands('read-metadata')
  @Get('Bundle/:document')
  bundle(
    @Param('document') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.content(id, 'Bundle', request, reply);
  }

  private async content(
    id: string,
    resource: 'Binary' | 'Bundle',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { accept, 'if-none-match': ifNoneMatch } = request.headers;
    const asked = { caller: callerOf(request), id, resource, accept, ifNoneMatch };
    return sendAnswer(reply, await documentContent({ ...this.ports, permit: this.permit }, asked));
  }
}

const askedOf = (request: FastifyRequest) => ({
  caller: callerOf(request),
  url: request.url,
  base: `${originOf(request)}/fhir`,
});
