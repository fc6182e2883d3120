import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EvidenceLine } from '#evidence/evidence-lines';
import { headDocument } from '#evidence/log-head';
import { sealRecord } from '#evidence/seal-stamp';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands, DemandsOfArchive } from '../caller/permit.guard.js';
import { claimId } from '../governance/governance-route.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readQuery } from '../governance/read-json.js';
import { notFound, ProblemException } from '../problem.js';
import { EVIDENCE, type EvidenceDesk } from './evidence-ports.js';
import { growthQuery, sealDay, sealsQuery } from './evidence-routes.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What proves the archive to those who don't trust it. */
@Controller('governance/evidence')
export class EvidenceController {
  constructor(@Inject(EVIDENCE) private readonly desk: EvidenceDesk) {}

  @DemandsOfArchive('read-seals')
  @Get('seals')
  async seals(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after: before = Number.MAX_SAFE_INTEGER, limit } = readQuery(request, sealsQuery);
    const found = await this.desk.seals(before, limit + 1);
    const items = found.slice(0, limit);
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @DemandsOfArchive('read-seals')
  @Get('seals/:id')
  async seal(@Param('id') day: string, @Res() reply: FastifyReply): Promise<void> {
    const isDay = sealDay.safeParse(day).success;
    const seal = found(isDay ? await this.desk.sealOfDay(day) : undefined);
    const stamps = await this.desk.stampsOfDay(day);
    const document = headDocument(seal);
    return sendAnswer(
      reply,
      jsonAnswer(200, { seal, document, stamps, record: sealRecord(stamps) }),
    );
  }

  @DemandsOfArchive('read-seals')
  @Get('growth')
  async growth(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { from, to } = readQuery(request, growthQuery);
    return sendAnswer(reply, jsonAnswer(200, found(await this.desk.growth([from, to]))));
  }

  @DemandsOfArchive('read-seals')
  @Get('events/:id')
  async event(@Param('id', PathId) id: string, @Res() reply: FastifyReply): Promise<void> {
    const proof = UUID.test(id) ? await this.desk.event(id) : undefined;
    return sendAnswer(reply, jsonAnswer(200, found(proof)));
  }

  @Demands('read-evidence')
  @Get('studies/:id')
  async study(
    @Param('id', PathId) claim: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { hospital } = callerOf(request);
    const isOwn = claimId.safeParse(claim).success && (await this.desk.isOf(hospital, claim));
    if (!isOwn) throw new ProblemException(notFound());
    const lines = this.desk.study(claim)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new ProblemException(notFound());
    const headers = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };
    return sendAnswer(reply, { status: 200, headers, body: inBytes(first.value, lines) });
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new ProblemException(notFound());
  return value;
}

async function* inBytes(
  first: EvidenceLine,
  lines: AsyncIterator<EvidenceLine>,
): AsyncGenerator<Uint8Array> {
  yield lineOf(first);
  for (let next = await lines.next(); !next.done; next = await lines.next())
    yield lineOf(next.value);
}

const lineOf = (line: EvidenceLine): Uint8Array => Buffer.from(`${JSON.stringify(line)}\n`);
