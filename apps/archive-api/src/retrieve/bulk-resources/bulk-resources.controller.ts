import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PERMIT_STUDY, type PermitStudy } from '../../access/permit-study.js';
import { sendAnswer } from '../../answer.js';
import { Demands } from '../../caller/permit.guard.js';
import { addressOf, locatedAt } from '../content-location.js';
import { permittedRequest, STUDY_ROOTS, type StudyPath } from '../permitted-request.js';
import { RetrieveBulkResource } from './bulk-retrieval.js';

const below = (resource: string) => [
  resource,
  `series/:series/${resource}`,
  `series/:series/instances/:instance/${resource}`,
];

/** Bulkdata and Pixel Data Resources of the Retrieve Transaction (PS3.18 §10.4.1.1.5, §10.4.1.1.6). */
@Controller(STUDY_ROOTS)
export class BulkResourcesController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PERMIT_STUDY) private readonly permit: PermitStudy,
  ) {}

  @Demands('retrieve')
  @Get(below('bulkdata'))
  bulkdata(
    @Param() path: StudyPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(path, request, { reply, resource: 'bulkdata' });
  }

  @Demands('retrieve')
  @Get(below('pixeldata'))
  pixeldata(
    @Param() path: StudyPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(path, request, { reply, resource: 'pixeldata' });
  }

  private async answer(
    path: StudyPath,
    request: FastifyRequest,
    { reply, resource }: Readonly<{ reply: FastifyReply; resource: 'bulkdata' | 'pixeldata' }>,
  ): Promise<void> {
    const permitted = await permittedRequest(this.permit, request, path, resource);
    const answer = await this.queries.execute(new RetrieveBulkResource({ ...permitted, resource }));
    return sendAnswer(reply, locatedAt(answer, `${addressOf(permitted.root, path)}/${resource}`));
  }
}
