import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '../../answer.js';
import { RENDER, type RenderPorts } from './render-ports.js';
import { type RenderedRequest, retrieveRenderedInstance } from './retrieve-rendered.js';
import { retrieveRenderedMany } from './retrieve-rendered-many.js';
import { retrieveThumbnail } from './retrieve-thumbnail.js';

export class RetrieveRendered extends Query<Answer> {
  constructor(readonly request: RenderedRequest) {
    super();
  }
}

export class RetrieveThumbnail extends Query<Answer> {
  constructor(readonly request: RenderedRequest) {
    super();
  }
}

@QueryHandler(RetrieveRendered)
export class RetrieveRenderedHandler implements IQueryHandler<RetrieveRendered> {
  constructor(@Inject(RENDER) private readonly ports: RenderPorts) {}

  execute({ request }: RetrieveRendered): Promise<Answer> {
    const { target } = request;
    const { series, instance } = target;
    return series === undefined || instance === undefined
      ? retrieveRenderedMany(this.ports, request)
      : retrieveRenderedInstance(this.ports, {
          ...request,
          target: { ...target, series, instance },
        });
  }
}

@QueryHandler(RetrieveThumbnail)
export class RetrieveThumbnailHandler implements IQueryHandler<RetrieveThumbnail> {
  constructor(@Inject(RENDER) private readonly ports: RenderPorts) {}

  execute({ request }: RetrieveThumbnail): Promise<Answer> {
    return retrieveThumbnail(this.ports, request);
  }
}
