import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '../../answer.js';
import { RETRIEVE } from '../retrieval.js';
import type { RetrieveFramesPorts } from '../retrieve-frames.js';
import { type BulkResourceRequest, retrieveBulkResource } from './retrieve-bulk-resource.js';

export class RetrieveBulkResource extends Query<Answer> {
  constructor(readonly request: BulkResourceRequest) {
    super();
  }
}

@QueryHandler(RetrieveBulkResource)
export class RetrieveBulkResourceHandler implements IQueryHandler<RetrieveBulkResource> {
  constructor(@Inject(RETRIEVE) private readonly ports: RetrieveFramesPorts) {}

  execute({ request }: RetrieveBulkResource): Promise<Answer> {
    return retrieveBulkResource(this.ports, request);
  }
}
