import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { careOrder, requireDone } from './care-order.js';
import { CARE, type CarePorts } from './care-ports.js';
import { queuePage, review } from './governance-route.js';
import { isoOf } from './instants.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { PathId } from './path-id.js';
import { readJson, readQuery } from './read-json.js';
import { findReviewed, listReviews } from './relationship-rows.js';

/** The declared relationships that were drawn for review. */
@Controller('governance/relationship-reviews')
export class RelationshipReviewsController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('review-access')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { pool, wallMs } = this.ports;
    const { hospital: organisation } = callerOf(request);
    const asked = { ...readQuery(request, queuePage), organisation, now: new Date(wallMs()) };
    return sendAnswer(reply, jsonAnswer(200, await listReviews(pool, asked)));
  }

  @Demands('review-access')
  @Post(':id')
  async review(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { pool, care, wallMs } = this.ports;
    const { outcome, note } = await readJson(request, reply, review);
    const patient = await findReviewed(pool, callerOf(request).hospital, id);
    if (patient === undefined) throw new ProblemException(notFound());
    const order = careOrder(request, `reviewRelationship/${id}`);
    requireDone(
      await care.record(order, {
        type: 'RelationshipReviewed',
        data: { patient, relationship: id, outcome, reviewer: order.actor },
        personal: { at: isoOf(wallMs()), note },
      }),
    );
    return sendAnswer(reply, NOTHING);
  }
}
