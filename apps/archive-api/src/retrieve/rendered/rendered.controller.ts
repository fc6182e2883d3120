import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ParsedRendering,
  parseRendering,
  parseThumbnail,
  type RenderingQuery,
} from '#dicomweb/rendering-query';
import { sendAnswer } from '../../answer.js';
import { callerOf } from '../../caller/caller-of.js';
import { Demands } from '../../caller/permit.guard.js';
import { askedOf, dicomWebUrl } from '../../request-address.js';
import { addressOf, locatedAt } from '../content-location.js';
import type { Target } from '../locate.js';
import { RetrieveRendered, RetrieveThumbnail } from './rendered-retrieval.js';
import { renderingOf } from './rendering-of.js';
import type { RenderedRequest } from './retrieve-rendered.js';

type Path = Omit<Target, 'hospital'> & Readonly<{ frames?: string }>;

const INSTANCE = 'series/:series/instances/:instance';
const below = (resource: string) => [
  resource,
  `series/:series/${resource}`,
  `${INSTANCE}/${resource}`,
  `${INSTANCE}/frames/:frames/${resource}`,
];

/** Rendered and Thumbnail Resources of the Retrieve Transaction (PS3.18 §10.4.1.1.3, §10.4.1.1.4). */
@Controller('dicom-web/studies/:study')
export class RenderedController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('retrieve')
  @Get(below('rendered'))
  async rendered(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveRendered(requestOf(path, request, parseRendering));
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, sourceOf(path, request)));
  }

  @Demands('retrieve')
  @Get(below('thumbnail'))
  async thumbnail(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveThumbnail(requestOf(path, request, parseThumbnail));
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, sourceOf(path, request)));
  }
}

function requestOf(
  { frames, ...path }: Path,
  request: FastifyRequest,
  parse: (query: RenderingQuery) => ParsedRendering,
): RenderedRequest {
  const query = request.query as RenderingQuery;
  return {
    target: { ...path, hospital: callerOf(request).hospital },
    ...(frames === undefined ? {} : { frames }),
    rendering: renderingOf(query, parse),
    asked: askedOf(request),
    ifNoneMatch: request.headers['if-none-match'],
    root: dicomWebUrl(request),
  };
}

/** What is drawn. */
function sourceOf({ frames, ...path }: Path, request: FastifyRequest): string {
  const address = addressOf(dicomWebUrl(request), path);
  return frames === undefined ? address : `${address}/frames/${frames}`;
}
