import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAction } from '#archive/access/decide-access';
import type { NamedStudy, ObjectCopies } from '#index/object-copies';
import { sendAnswer } from '../answer.js';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { cohortBody, pairsQuery, splitQuery } from './copy-routes.js';

export const COPIES = Symbol('ObjectCopies');

/** What the routes of duplicate objects are given. `wallMs`: milliseconds since 1970. */
export type CopiesPorts = Readonly<{
  copies: ObjectCopies;
  policyInForce: () => AccessPolicy;
  recordAccess: RecordAccess;
  wallMs: () => number;
}>;

/** What a hospital holds more than once. */
@Controller('governance/duplicate-objects')
export class CopiesController {
  constructor(@Inject(COPIES) private readonly ports: CopiesPorts) {}

  @Demands('read-duplicate-objects')
  @Get()
  async report(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { hospital } = callerOf(request);
    return sendAnswer(reply, jsonAnswer(200, await this.ports.copies.report(hospital)));
  }

  @Demands('read-duplicate-objects')
  @Get('studies')
  async pairs(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { kind, after, limit } = readQuery(request, pairsQuery);
    const caller = callerOf(request);
    const [first = '', second = ''] = after?.split('.') ?? [];
    const asked = { hospital: caller.hospital, looker: this.lookerOf(caller), kind } as const;
    const place = [first, second] as const;
    const found = await this.ports.copies.pairs({ ...asked, after: place, limit: limit + 1 });
    const items = found.slice(0, limit);
    const shown = items.flatMap((pair) => [pair.first, pair.second]);
    await this.record(caller, 'studies', shown);
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @Demands('read-duplicate-objects')
  @Get('split')
  async split(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after = '', limit } = readQuery(request, splitQuery);
    const caller = callerOf(request);
    const asked = { hospital: caller.hospital, looker: this.lookerOf(caller), after };
    const found = await this.ports.copies.splitExams({ ...asked, limit: limit + 1 });
    const items = found.slice(0, limit);
    const shown = items.flatMap(({ studies }) => studies);
    await this.record(caller, 'split', shown);
    return sendAnswer(reply, jsonAnswer(200, { items, more: found.length > limit }));
  }

  @Demands('read-duplicate-objects')
  @Post('one-of-each')
  async distinct(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { claims } = await readJson(request, reply, cohortBody);
    const { hospital } = callerOf(request);
    const found = await this.ports.copies.distinct(hospital, [...new Set(claims)]);
    return sendAnswer(reply, jsonAnswer(200, found));
  }

  private lookerOf(caller: Caller) {
    const at = new Date(this.ports.wallMs()).toISOString();
    return { subject: accessSubjectOf(caller), policy: this.ports.policyInForce(), at };
  }

  /** As a search that found these studies. */
  private async record(caller: Caller, what: string, shown: readonly NamedStudy[]): Promise<void> {
    if (shown.length === 0) return;
    const subject = accessSubjectOf(caller);
    const policy = this.ports.policyInForce();
    const decision = decideAction(subject, 'search', subject.organisation, policy);
    const claims = [...new Set(shown.map(({ claim }) => claim))];
    await this.ports.recordAccess({
      subject,
      action: 'search',
      outcome: 'permit',
      rule: decision.rule,
      policyVersion: decision.version,
      obligations: decision.obligations,
      claim: null,
      hospital: null,
      person: null,
      kind: 'duplicate-objects',
      personal: { ...personalOf(caller), query: `duplicate-objects/${what}`, claims },
    });
  }
}
