import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../../answer.js';
import { callerOf } from '../../caller/caller-of.js';
import { Demands } from '../../caller/permit.guard.js';
import { askedOf, dicomWebUrl } from '../../request-address.js';
import { addressOf, locatedAt } from '../content-location.js';
import type { Target } from '../locate.js';
import { RetrieveBulkResource } from './bulk-retrieval.js';

type Path = Omit<Target, 'hospital'>;

const below = (resource: string) => [
  resource,
  `series/:series/${resource}`,
  `series/:series/instances/:instance/${resource}`,
];

/** Bulkdata and Pixel Data Resources of the Retrieve Transaction (PS3.18 §10.4.1.1.5, §10.4.1.1.6). */
@Controller('dicom-web/studies/:study')
export class BulkResourcesController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('retrieve')
  @Get(below('bulkdata'))
  async bulkdata(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveBulkResource(requestOf(path, request, 'bulkdata'));
    const answer = await this.queries.execute(query);
    const address = addressOf(dicomWebUrl(request), path);
    return sendAnswer(reply, locatedAt(answer, `${address}/bulkdata`));
  }

  @Demands('retrieve')
  @Get(below('pixeldata'))
  async pixeldata(
    @Param() path: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new RetrieveBulkResource(requestOf(path, request, 'pixeldata'));
    const answer = await this.queries.execute(query);
    const address = addressOf(dicomWebUrl(request), path);
    return sendAnswer(reply, locatedAt(answer, `${address}/pixeldata`));
  }
}

const requestOf = (path: Path, request: FastifyRequest, resource: 'bulkdata' | 'pixeldata') => ({
  target: { ...path, hospital: callerOf(request).hospital },
  resource,
  asked: askedOf(request),
  ifNoneMatch: request.headers['if-none-match'],
  root: dicomWebUrl(request),
});
