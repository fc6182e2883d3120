import { Controller, Options, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { askedOf, originOf, pathOf } from '../request-address.js';
import { describeResource } from './describe-resource.js';

/** The Retrieve Capabilities Transaction (PS3.18 §8.9). The description names nobody's data: any caller who is known may read it. */
@Controller()
export class CapabilitiesController {
  @Open()
  @Options(['', '*'])
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = describeResource({
      path: pathOf(request),
      origin: originOf(request),
      asked: askedOf(request),
      ifNoneMatch: request.headers['if-none-match'],
    });
    return sendAnswer(reply, answer);
  }
}
