import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendAnswer, textAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { governanceRoutes } from './governance-routes.js';
import { openApiOf } from './openapi.js';

const DOCUMENT = JSON.stringify(openApiOf(governanceRoutes));

/** The description of the governance API. It names nobody's data: any caller who is known may read it. */
@Controller('openapi.json')
export class OpenApiController {
  @Open()
  @Get()
  show(@Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, textAnswer(200, 'application/json', DOCUMENT));
  }
}
