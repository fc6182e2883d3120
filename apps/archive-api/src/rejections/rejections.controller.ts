import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rejections, RevocationOutcome } from '#index/rejections';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer, NOTHING } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readQuery } from '../governance/read-json.js';
import { notFound, ProblemException } from '../problem.js';
import { rejectionPage } from './rejection-routes.js';

export const REJECTIONS = Symbol('Rejections');

/** The worker looks every second; this often it is asked whether it has. */
const ASK_MS = 100;
const ASKED_MAX = 100;

/** What was rejected at a hospital, and the way back. */
@Controller('governance/rejections')
export class RejectionsController {
  constructor(@Inject(REJECTIONS) private readonly rejections: Rejections) {}

  @Demands('read-rejections')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after = '', limit } = readQuery(request, rejectionPage);
    const { hospital } = callerOf(request);
    const page = await this.rejections.list(hospital, { after, studiesMax: limit });
    return sendAnswer(reply, jsonAnswer(200, page));
  }

  @Demands('read-rejections')
  @Get(':id')
  async read(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return sendAnswer(reply, jsonAnswer(200, await this.found(request, id)));
  }

  @Demands('revoke-rejections')
  @Post(':id/revoked')
  async revoke(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const held = await this.found(request, id);
    const caller = callerOf(request);
    const asked = await this.rejections.revoke({
      ...held,
      hospital: caller.hospital,
      actor: actorOf(caller),
    });
    const outcome = await this.awaited(asked);
    return sendAnswer(reply, outcome === undefined ? { ...NOTHING, status: 202 } : NOTHING);
  }

  private async found(request: FastifyRequest, id: string) {
    const held = await this.rejections.find(callerOf(request).hospital, id);
    if (held === undefined) throw new ProblemException(notFound());
    return held;
  }

  private async awaited(asked: string): Promise<RevocationOutcome | undefined> {
    for (let times = 0; times < ASKED_MAX; times++) {
      const outcome = await this.rejections.outcome(asked);
      if (outcome !== undefined) return outcome;
      await pause(ASK_MS);
    }
    return undefined;
  }
}
