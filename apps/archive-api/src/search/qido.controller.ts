import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUid } from '#dicom/uid';
import type { SearchLevel } from '#dicomweb/attribute-level';
import type { SearchScope } from '#index/search-plan';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { askedOf, dicomWebUrl } from '../request-address.js';
import { Search } from './search.js';

/** The Search Transaction's six resources (PS3.18 §10.6.1). */
@Controller('dicom-web')
export class QidoController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('search')
  @Get('studies')
  studies(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.search('study', {}, request, reply);
  }

  @Demands('search')
  @Get(['series', 'studies/:study/series'])
  series(
    @Param() scope: SearchScope,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.search('series', scope, request, reply);
  }

  @Demands('search')
  @Get(['instances', 'studies/:study/instances', 'studies/:study/series/:series/instances'])
  instances(
    @Param() scope: SearchScope,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.search('instance', scope, request, reply);
  }

  private async search(
    level: SearchLevel,
    scope: SearchScope,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (!Object.values(scope).every(isUid)) throw new ProblemException(notFound());
    const query = new Search({
      caller: callerOf(request),
      level,
      scope,
      queryString: queryString(request.url),
      asked: askedOf(request),
      root: dicomWebUrl(request),
    });
    return sendAnswer(reply, await this.queries.execute(query));
  }
}

const queryString = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
};
