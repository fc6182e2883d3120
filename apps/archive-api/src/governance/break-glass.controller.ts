import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { breakGlassBody } from './break-glass-routes.js';
import { findGlass, findOpenGlass, type Glass, listGlass } from './break-glass-rows.js';
import { careOrder, requireDone } from './care-order.js';
import { CARE, type CarePorts } from './care-ports.js';
import { hospitalTerms } from './care-terms-of.js';
import { queuePage, review } from './governance-route.js';
import { hoursAfter, isoOf } from './instants.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { PathId } from './path-id.js';
import { readJson, readQuery } from './read-json.js';

/** Emergencies: who opens the record of a patient, until when, and what a data protection officer finds about it. */
@Controller('governance/break-glass')
export class BreakGlassController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('open-break-glass')
  @Post()
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { ids, care, pool, wallMs } = this.ports;
    const { patient: named, reason } = await readJson(request, reply, breakGlassBody);
    const { hospital: organisation } = callerOf(request);
    const order = careOrder(request, 'openBreakGlass');
    const patient = ids.patient(named.authority, named.value);
    const id = ids.care('break-glass', order.id, patient);
    const terms = await hospitalTerms(pool, organisation);
    const now = wallMs();
    const outcome = await care.record(order, {
      type: 'BreakGlassOpened',
      data: { patient, breakGlass: id, organisation, actor: order.actor },
      personal: {
        from: isoOf(now),
        until: hoursAfter(now, terms.breakGlassHours),
        reviewDue: hoursAfter(now, terms.reviewHours),
        reason: reason.code,
        text: reason.text,
        ...named,
      },
    });
    requireDone(outcome);
    const opened = await this.openedAs(id, { patient, organisation, actor: order.actor });
    const { until, reviewDue } = opened;
    const answer = { id: opened.id, patient, until, reviewDue };
    return sendAnswer(reply, jsonAnswer(opened.id === id ? 201 : 200, answer));
  }

  @Demands('review-access')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = readQuery(request, queuePage);
    const { hospital: organisation } = callerOf(request);
    const page = await listGlass(this.ports.pool, { ...asked, organisation, now: this.now() });
    return sendAnswer(reply, jsonAnswer(200, page));
  }

  @Demands('review-access')
  @Get(':id')
  async show(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const glass = await this.ofOwn(request, id);
    const said = await this.ports.care.readBreakGlass(glass.patient, id);
    const named = said === undefined ? null : { authority: said.authority, value: said.value };
    const reason = said === undefined ? null : { code: said.reason, text: said.text };
    return sendAnswer(reply, jsonAnswer(200, { ...glass, named, reason }));
  }

  @Demands('review-access')
  @Post(':id/review')
  async review(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { outcome, note } = await readJson(request, reply, review);
    const { patient } = await this.ofOwn(request, id);
    const order = careOrder(request, `reviewBreakGlass/${id}`);
    const data = { patient, breakGlass: id, outcome, reviewer: actorOf(callerOf(request)) };
    const personal = { at: isoOf(this.ports.wallMs()), note };
    requireDone(
      await this.ports.care.record(order, { type: 'BreakGlassReviewed', data, personal }),
    );
    return sendAnswer(reply, NOTHING);
  }

  private now(): Date {
    return new Date(this.ports.wallMs());
  }

  private async ofOwn(request: FastifyRequest, id: string): Promise<Glass> {
    const { hospital } = callerOf(request);
    const found = await findGlass(this.ports.pool, hospital, id, this.now());
    if (found === undefined) throw new ProblemException(notFound());
    return found;
  }

  /** What the order made, or what the caller had opened before. */
  private async openedAs(
    id: string,
    opener: Readonly<{ patient: string; organisation: string; actor: string }>,
  ): Promise<Glass> {
    const { pool } = this.ports;
    const now = this.now();
    const found =
      (await findGlass(pool, opener.organisation, id, now)) ??
      (await findOpenGlass(pool, { ...opener, now }));
    if (found === undefined) throw new Error('glass was broken and left no row');
    return found;
  }
}
