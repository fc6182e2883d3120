import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FixityFigures, FixityRound, OpenDamage } from '#index/fixity';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { DAMAGE_LISTED_MAX } from './fixity-routes.js';

export const FIXITY = Symbol('Fixity');

/** What the routes of fixity are given. `days`: within so many everything is to be read again. */
export type FixityPorts = Readonly<{
  figures: () => Promise<FixityFigures>;
  damageOf: (hospital: string, limit: number) => Promise<readonly OpenDamage[]>;
  days: number;
  /** Milliseconds since 1970. */
  wallMs: () => number;
}>;

const DAY_MS = 86_400_000;

/** What reading everything again has found. */
@Controller('governance/fixity')
export class FixityController {
  constructor(@Inject(FIXITY) private readonly ports: FixityPorts) {}

  @Demands('read-fixity')
  @Get()
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { figures, damageOf, days, wallMs } = this.ports;
    const { round, ended, oldestReadingAt, ...packs } = await figures();
    const damage = await damageOf(callerOf(request).hospital, DAMAGE_LISTED_MAX);
    const dueMs = wallMs() - days * DAY_MS;
    const answer = {
      days,
      oldestReadingAt: oldestReadingAt ?? null,
      isInTime: oldestReadingAt === undefined || Date.parse(oldestReadingAt) >= dueMs,
      ...{ round: shown(round), ended: shown(ended), ...packs, damage },
    };
    return sendAnswer(reply, jsonAnswer(200, answer));
  }
}

function shown(one: FixityRound | undefined) {
  if (one === undefined) return null;
  const { round, startedAt, endedAt, packs, bytes, damaged } = one;
  return { round, startedAt, endedAt: endedAt ?? null, packs, bytes, damaged };
}
