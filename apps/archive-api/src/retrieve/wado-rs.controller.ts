import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { askedOf, dicomWebUrl, rangeOf } from '../request-address.js';
import { addressOf, locatedAt } from './content-location.js';
import type { Target } from './locate.js';
import {
  RetrieveBulkdata,
  RetrieveFrames,
  RetrieveInstances,
  RetrieveMetadata,
} from './retrieval.js';

type Path = Omit<Target, 'hospital'>;
type InstancePath = Required<Path>;

/** The Retrieve Transaction (PS3.18 §10.4). */
@Controller('dicom-web/studies/:study')
export class WadoRsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('retrieve')
  @Get(['', 'series/:series', 'series/:series/instances/:instance'])
  async instances(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveInstances(requestOf(path, request));
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, addressIn(path, request)));
  }

  @Demands('retrieve')
  @Get(['metadata', 'series/:series/metadata', 'series/:series/instances/:instance/metadata'])
  async metadata(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveMetadata(requestOf(path, request));
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, `${addressIn(path, request)}/metadata`));
  }

  @Demands('retrieve')
  @Get('series/:series/instances/:instance/frames/:list')
  async frames(
    @Param() { list, ...path }: InstancePath & { list: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveFrames({ ...requestOf(path, request), list });
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, `${addressIn(path, request)}/frames/${list}`));
  }

  @Demands('retrieve')
  @Get('series/:series/instances/:instance/bulkdata/*')
  async bulkdata(
    @Param() { study, series, instance, ...rest }: InstancePath & Record<string, string>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const path = rest['*'] ?? '';
    const target = { study, series, instance };
    const query = new RetrieveBulkdata({ ...requestOf(target, request), path });
    const answer = await this.queries.execute(query);
    return sendAnswer(reply, locatedAt(answer, `${addressIn(target, request)}/bulkdata/${path}`));
  }
}

const requestOf = <P extends Path>(path: P, request: FastifyRequest) => ({
  target: { ...path, hospital: callerOf(request).hospital },
  asked: askedOf(request),
  ifNoneMatch: request.headers['if-none-match'],
  root: dicomWebUrl(request),
  range: rangeOf(request),
});

const addressIn = (path: Path, request: FastifyRequest) => addressOf(dicomWebUrl(request), path);
