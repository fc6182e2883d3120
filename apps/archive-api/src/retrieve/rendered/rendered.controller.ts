import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseRendering, parseThumbnail, type RenderingQuery } from '#dicomweb/rendering-query';
import { PERMIT_STUDY, type PermitStudy } from '../../access/permit-study.js';
import { sendAnswer } from '../../answer.js';
import { Demands } from '../../caller/permit.guard.js';
import { addressOf, locatedAt } from '../content-location.js';
import { permittedRequest, STUDY_ROOTS, type StudyPath } from '../permitted-request.js';
import { RetrieveRendered, RetrieveThumbnail } from './rendered-retrieval.js';
import { renderingOf } from './rendering-of.js';
import type { RenderedRequest } from './retrieve-rendered.js';

type Path = StudyPath & Readonly<{ frames?: string }>;

const INSTANCE = 'series/:series/instances/:instance';
const below = (resource: string) => [
  resource,
  `series/:series/${resource}`,
  `${INSTANCE}/${resource}`,
  `${INSTANCE}/frames/:frames/${resource}`,
];

/** Rendered and Thumbnail Resources of the Retrieve Transaction (PS3.18 §10.4.1.1.3, §10.4.1.1.4). */
@Controller(STUDY_ROOTS)
export class RenderedController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PERMIT_STUDY) private readonly permit: PermitStudy,
  ) {}

  @Demands('retrieve')
  @Get(below('rendered'))
  async rendered(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = await this.asked(path, request, 'rendered');
    const answer = await this.queries.execute(new RetrieveRendered(asked));
    return sendAnswer(reply, locatedAt(answer, sourceOf(asked)));
  }

  @Demands('retrieve')
  @Get(below('thumbnail'))
  async thumbnail(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = await this.asked(path, request, 'thumbnail');
    const answer = await this.queries.execute(new RetrieveThumbnail(asked));
    return sendAnswer(reply, locatedAt(answer, sourceOf(asked)));
  }

  private async asked(
    { frames, ...path }: Path,
    request: FastifyRequest,
    kind: 'rendered' | 'thumbnail',
  ): Promise<RenderedRequest> {
    const permitted = await permittedRequest(this.permit, request, path, kind);
    const parse = kind === 'rendered' ? parseRendering : parseThumbnail;
    const rendering = renderingOf(request.query as RenderingQuery, parse);
    return { ...permitted, rendering, ...(frames === undefined ? {} : { frames }) };
  }
}

/** What is drawn. */
function sourceOf({ target, root, frames }: RenderedRequest): string {
  const address = addressOf(root, target);
  return frames === undefined ? address : `${address}/frames/${frames}`;
}
