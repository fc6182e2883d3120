import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PERMIT_STUDY, type PermitStudy } from '../access/permit-study.js';
import { sendAnswer } from '../answer.js';
import { Demands } from '../caller/permit.guard.js';
import { askedOf } from '../request-address.js';
import { addressOf, locatedAt } from './content-location.js';
import { formAsked, ZIP } from './form-asked.js';
import { permittedRequest, STUDY_ROOTS, type StudyPath } from './permitted-request.js';
import {
  RetrieveBulkdata,
  RetrieveFrames,
  RetrieveInstances,
  RetrieveMetadata,
} from './retrieval.js';

type InstancePath = Required<Omit<StudyPath, 'claim'>> & Pick<StudyPath, 'claim'>;

/** The Retrieve Transaction (PS3.18 §10.4). */
@Controller(STUDY_ROOTS)
export class WadoRsController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PERMIT_STUDY) private readonly permit: PermitStudy,
  ) {}

  @Demands('retrieve')
  @Get(['', 'series/:series', 'series/:series/instances/:instance'])
  async instances(
    @Param() path: StudyPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const kind = formAsked(askedOf(request)) === ZIP ? 'file-set' : 'instances';
    const permitted = await permittedRequest(this.permit, request, path, kind);
    const answer = await this.queries.execute(new RetrieveInstances(permitted));
    return sendAnswer(reply, locatedAt(answer, addressOf(permitted.root, path)));
  }

  @Demands('read-metadata')
  @Get(['metadata', 'series/:series/metadata', 'series/:series/instances/:instance/metadata'])
  async metadata(
    @Param() path: StudyPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const permitted = await permittedRequest(this.permit, request, path, 'metadata');
    const answer = await this.queries.execute(new RetrieveMetadata(permitted));
    return sendAnswer(reply, locatedAt(answer, `${addressOf(permitted.root, path)}/metadata`));
  }

  @Demands('retrieve')
  @Get('series/:series/instances/:instance/frames/:list')
  async frames(
    @Param() { list, ...path }: InstancePath & { list: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const permitted = await permittedRequest(this.permit, request, path, 'frames');
    const answer = await this.queries.execute(new RetrieveFrames({ ...permitted, list }));
    return sendAnswer(
      reply,
      locatedAt(answer, `${addressOf(permitted.root, path)}/frames/${list}`),
    );
  }

  @Demands('retrieve')
  @Get('series/:series/instances/:instance/bulkdata/*')
  async bulkdata(
    @Param() { '*': path = '', ...named }: InstancePath & { '*'?: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const permitted = await permittedRequest(this.permit, request, named, 'bulkdata');
    const answer = await this.queries.execute(new RetrieveBulkdata({ ...permitted, path }));
    const address = `${addressOf(permitted.root, named)}/bulkdata/${path}`;
    return sendAnswer(reply, locatedAt(answer, address));
  }
}
