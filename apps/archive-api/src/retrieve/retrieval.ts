import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '../answer.js';
import { retrieveBulkResource } from './bulk-resources/retrieve-bulk-resource.js';
import { formAsked, OCTETS, ZIP } from './form-asked.js';
import { type BulkdataRequest, retrieveBulkdata } from './retrieve-bulkdata.js';
import { type FramesRequest, type RetrieveFramesPorts, retrieveFrames } from './retrieve-frames.js';
import { type InstancesRequest, retrieveInstances } from './retrieve-instances.js';
import { type MetadataRequest, retrieveMetadata } from './retrieve-metadata.js';
import { retrieveZip } from './retrieve-zip.js';

export const RETRIEVE = Symbol('Retrieve');

export class RetrieveInstances extends Query<Answer> {
  constructor(readonly request: InstancesRequest) {
    super();
  }
}

export class RetrieveMetadata extends Query<Answer> {
  constructor(readonly request: MetadataRequest) {
    super();
  }
}

export class RetrieveFrames extends Query<Answer> {
  constructor(readonly request: FramesRequest) {
    super();
  }
}

export class RetrieveBulkdata extends Query<Answer> {
  constructor(readonly request: BulkdataRequest) {
    super();
  }
}

@QueryHandler(RetrieveInstances)
export class RetrieveInstancesHandler implements IQueryHandler<RetrieveInstances> {
  constructor(@Inject(RETRIEVE) private readonly ports: RetrieveFramesPorts) {}

  execute({ request }: RetrieveInstances): Promise<Answer> {
    const form = formAsked(request.asked);
    if (form === ZIP) return retrieveZip(this.ports, request);
    if (form !== OCTETS) return retrieveInstances(this.ports, request);
    return retrieveBulkResource(this.ports, { ...request, resource: 'bulkdata' });
  }
}

@QueryHandler(RetrieveMetadata)
export class RetrieveMetadataHandler implements IQueryHandler<RetrieveMetadata> {
  constructor(@Inject(RETRIEVE) private readonly ports: RetrieveFramesPorts) {}

  execute({ request }: RetrieveMetadata): Promise<Answer> {
    return retrieveMetadata(this.ports, request);
  }
}

@QueryHandler(RetrieveFrames)
export class RetrieveFramesHandler implements IQueryHandler<RetrieveFrames> {
  constructor(@Inject(RETRIEVE) private readonly ports: RetrieveFramesPorts) {}

  execute({ request }: RetrieveFrames): Promise<Answer> {
    return retrieveFrames(this.ports, request);
  }
}

@QueryHandler(RetrieveBulkdata)
export class RetrieveBulkdataHandler implements IQueryHandler<RetrieveBulkdata> {
  constructor(@Inject(RETRIEVE) private readonly ports: RetrieveFramesPorts) {}

  execute({ request }: RetrieveBulkdata): Promise<Answer> {
    return retrieveBulkdata(this.ports, request);
  }
}
