import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { changeCursor, readChangeCursor } from '#index/change-cursor';
import type { WebhookOutcome } from '#index/webhook-desk';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { careOrder } from '../governance/care-order.js';
import { jsonAnswer, NOTHING } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import { isForbidden } from './webhook-address.js';
import { WEBHOOKS, type WebhookPorts } from './webhook-ports.js';
import { deadLetterPage, restartBody, webhookBody } from './webhook-routes.js';

/** Where changes are told over HTTP. */
@Controller('governance/webhooks')
export class WebhooksController {
  constructor(@Inject(WEBHOOKS) private readonly ports: WebhookPorts) {}

  @Demands('keep-webhooks')
  @Post()
  async subscribe(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { address, after } = await readJson(request, reply, webhookBody);
    const { desk, guard, feed } = this.ports;
    if (await isForbidden(guard, address))
      throw new ProblemException(badRequest('The host of address is not one that is called.'));
    const order = careOrder(request, 'subscribeWebhook');
    const head = await feed.head();
    const from = after === undefined ? head : placeOf(after, head);
    const { hospital: organisation } = callerOf(request);
    requireDone(await desk.subscribe(order, { organisation, address, after: from }));
    const made = (await desk.list(organisation)).find(({ id }) => id === order.id);
    if (made === undefined) throw new ProblemException(notFound());
    const { id } = made;
    const answer = { id, address: made.address, secret: desk.secretOf(id) };
    return sendAnswer(reply, jsonAnswer(201, answer));
  }

  @Demands('keep-webhooks')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const found = await this.ports.desk.list(callerOf(request).hospital);
    const items = found.map((one) => ({ ...one, through: changeCursor(one.through) }));
    return sendAnswer(reply, jsonAnswer(200, { items }));
  }

  @Demands('keep-webhooks')
  @Delete(':id')
  async cancel(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { hospital: organisation } = callerOf(request);
    const order = careOrder(request, `cancelWebhook/${id}`);
    requireDone(await this.ports.desk.cancel(order, { organisation, id }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-webhooks')
  @Post(':id/restart')
  async restart(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after } = await readJson(request, reply, restartBody);
    const { desk, feed } = this.ports;
    const place = placeOf(after, await feed.head());
    const { hospital } = callerOf(request);
    if (!(await desk.restart(hospital, { id, after: place })))
      throw new ProblemException(notFound());
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-webhooks')
  @Get(':id/dead-letters')
  async deadLetters(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after, limit } = readQuery(request, deadLetterPage);
    const { hospital } = callerOf(request);
    const found = await this.ports.desk.deadLetters(hospital, { id, after, limit: limit + 1 });
    if (found === undefined) throw new ProblemException(notFound());
    const items = found.slice(0, limit).map((letter) => ({
      ...letter,
      after: changeCursor(letter.after),
      through: changeCursor(letter.through),
    }));
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }
}

function placeOf(cursor: string, head: number): number {
  const place = readChangeCursor(cursor);
  if (place === undefined || place > head)
    throw new ProblemException(badRequest('after is no place in the feed.'));
  return place;
}

function requireDone(outcome: WebhookOutcome): void {
  if (!outcome.ok) throw new ProblemException(REFUSALS[outcome.refusal]);
}

const REFUSALS = {
  unknown: notFound(),
  'too-many': conflict('There are as many webhooks as there may be.'),
} as const;
