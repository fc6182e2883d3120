import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RenderingQuery } from '#dicomweb/rendering-query';
import { PERMIT_STUDY, type PermitStudy } from '../access/permit-study.js';
import { type Answer, sendAnswer } from '../answer.js';
import { Demands } from '../caller/permit.guard.js';
import { ProblemException } from '../problem.js';
import { permittedRequest } from './permitted-request.js';
import { RetrieveRendered } from './rendered/rendered-retrieval.js';
import { readUri, type UriRequest } from './rendered/uri-request.js';
import { RetrieveInstances } from './retrieval.js';

/** The URI Service (PS3.18 §9): one instance, as a DICOM file or rendered. */
@Controller('wado')
export class WadoUriController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PERMIT_STUDY) private readonly permit: PermitStudy,
  ) {}

  @Demands('retrieve')
  @Get()
  async retrieve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { accept } = request.headers;
    const asked = readUri(request.query as RenderingQuery, accept);
    return sendAnswer(reply, await this.answer(asked, request));
  }

  /** Who names no media type gets the file of what has no rendered form. */
  private async answer(asked: UriRequest, request: FastifyRequest): Promise<Answer> {
    if (asked.kind === 'file') return this.file(asked, request);
    try {
      return await this.rendered(asked, request);
    } catch (error) {
      const hasNoForm = error instanceof ProblemException && error.problem.status === 406;
      if (hasNoForm && asked.file !== undefined) return this.file(asked.file, request);
      throw error;
    }
  }

  private async file(
    { path, accept }: Extract<UriRequest, { kind: 'file' }>,
    request: FastifyRequest,
  ): Promise<Answer> {
    const permitted = await permittedRequest(this.permit, request, path, 'instances');
    const asked = { accept, acceptQuery: undefined };
    const query = new RetrieveInstances({ ...permitted, asked });
    return withPlainType(await this.queries.execute(query));
  }

  private async rendered(
    { path, accept, rendering, frame }: Extract<UriRequest, { kind: 'rendered' }>,
    request: FastifyRequest,
  ): Promise<Answer> {
    const permitted = await permittedRequest(this.permit, request, path, 'rendered');
    const query = new RetrieveRendered({
      ...permitted,
      ...(frame === undefined ? {} : { frames: frame, missingFrame: 400 }),
      rendering,
      asked: { accept, acceptQuery: undefined },
    });
    return this.queries.execute(query);
  }
}

const DICOM = 'application/dicom';

/** The type of this service's answers has no transfer syntax (PS3.18 §8.7.3.5.2). */
const withPlainType = (answer: Answer): Answer =>
  String(answer.headers['content-type']).startsWith(`${DICOM};`)
    ? { ...answer, headers: { ...answer.headers, 'content-type': DICOM } }
    : answer;
