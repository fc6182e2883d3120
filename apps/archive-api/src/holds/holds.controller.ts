import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { HoldAct, HoldCase, HoldDesk, HoldOrder, HoldOutcome } from '#index/hold-desk';
import type { OpaqueIds } from '#index/opaque-ids';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { careOrder } from '../governance/care-order.js';
import { isoOf } from '../governance/instants.js';
import { jsonAnswer, NOTHING } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { conflict, forbidden, notFound, ProblemException } from '../problem.js';
import {
  askReleaseBody,
  decideReleaseBody,
  heldBody,
  holdStudiesQuery,
  holdsQuery,
  openHoldBody,
  reviewHoldBody,
} from './hold-routes.js';
import { keptBy, requireReviewSoon, wantedHold } from './wanted-hold.js';

export const HOLDS = Symbol('Holds');

/** What the routes of legal holds are given. `wallMs`: milliseconds since 1970. */
export type HoldsPorts = Readonly<{
  pool: Pool;
  ids: OpaqueIds;
  holds: HoldDesk;
  wallMs: () => number;
}>;

/** Legal holds as cases: what may not be destroyed, why, until when that is looked at again, and who let it go. */
@Controller('governance/legal-holds')
export class HoldsController {
  constructor(@Inject(HOLDS) private readonly ports: HoldsPorts) {}

  @Demands('keep-holds')
  @Post()
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, openHoldBody);
    requireReviewSoon(body.reviewDue, this.ports.wallMs());
    const wanted = await wantedHold(this.ports, callerOf(request), body);
    const order = this.orderOf(request, 'openHold');
    requireDone(await this.ports.holds.open(order, wanted));
    return sendAnswer(reply, jsonAnswer(201, { id: order.id }));
  }

  @Demands('keep-holds')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { state, after, limit } = readQuery(request, holdsQuery);
    const hospital = keptBy(callerOf(request));
    const now = isoOf(this.ports.wallMs());
    const page = { hospital, state, after, limit: limit + 1, now };
    const found = await this.ports.holds.list(page);
    const items = found.slice(0, limit).map((one) => shownTo(one, hospital));
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @Demands('keep-holds')
  @Post('held')
  async held(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { claims } = await readJson(request, reply, heldBody);
    const held = await this.ports.holds.held(keptBy(callerOf(request)), claims);
    return sendAnswer(reply, jsonAnswer(200, { held }));
  }

  @Demands('keep-holds')
  @Get(':id')
  async show(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return sendAnswer(reply, jsonAnswer(200, await this.visible(request, id)));
  }

  @Demands('keep-holds')
  @Get(':id/studies')
  async studies(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after = '', limit } = readQuery(request, holdStudiesQuery);
    await this.visible(request, id);
    const hospital = keptBy(callerOf(request));
    const page = { hospital, after, limit: limit + 1 };
    const found = await this.ports.holds.studies(id, page);
    const items = found.slice(0, limit);
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @Demands('keep-holds')
  @Post(':id/review')
  async review(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { note, reviewDue } = await readJson(request, reply, reviewHoldBody);
    requireReviewSoon(reviewDue, this.ports.wallMs());
    const due = new Date(reviewDue).toISOString();
    return this.act(request, reply, id, { kind: 'review', note, reviewDue: due });
  }

  @Demands('keep-holds')
  @Post(':id/ask-release')
  async ask(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { reason } = await readJson(request, reply, askReleaseBody);
    return this.act(request, reply, id, { kind: 'ask-release', reason });
  }

  @Demands('keep-holds')
  @Post(':id/decline-release')
  async decline(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { note } = await readJson(request, reply, decideReleaseBody);
    return this.act(request, reply, id, { kind: 'decline-release', note });
  }

  @Demands('keep-holds')
  @Post(':id/release')
  async release(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { note } = await readJson(request, reply, decideReleaseBody);
    return this.act(request, reply, id, { kind: 'release', note });
  }

  private async act(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    act: HoldAct,
  ): Promise<void> {
    if (callerOf(request).machine)
      throw new ProblemException(forbidden('A person decides about a legal hold.'));
    await this.visible(request, id);
    const order = this.orderOf(request, `${act.kind}/${id}`);
    requireDone(await this.ports.holds.act(order, id, act));
    return sendAnswer(reply, NOTHING);
  }

  private orderOf(request: FastifyRequest, operation: string): HoldOrder {
    const hospital = keptBy(callerOf(request));
    return { ...careOrder(request, operation), hospital, at: isoOf(this.ports.wallMs()) };
  }

  /** A case of the own hospital, or one for all. */
  private async visible(request: FastifyRequest, id: string) {
    const hospital = keptBy(callerOf(request));
    const found = await this.ports.holds.find(id);
    const isShown = hospital === '' || found?.hospital === null || found?.hospital === hospital;
    if (found === undefined || !isShown) throw new ProblemException(notFound());
    return shownTo(found, hospital);
  }
}

/* Why the agency holds something is between it and whom it asks. */
const shownTo = <C extends HoldCase>(found: C, hospital: string) =>
  (found.hospital ?? '') === hospital ? found : { ...found, reason: null, askedReason: null };

function requireDone(outcome: HoldOutcome): void {
  if (!outcome.ok) throw new ProblemException(REFUSALS[outcome.refusal]);
}

const REFUSALS = {
  unknown: notFound(),
  over: conflict('The hold was released.'),
  'not-asked': conflict('Nobody has asked for its release.'),
  asked: conflict('Somebody has asked for its release already.'),
  'own-request': forbidden('Another person than who asked for it decides about a release.'),
  'too-many': conflict('There are as many standing cases as a hospital may have.'),
} as const satisfies Record<Extract<HoldOutcome, { ok: false }>['refusal'], unknown>;
