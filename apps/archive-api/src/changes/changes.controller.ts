import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideAction } from '#archive/access/decide-access';
import { changeCursor, readChangeCursor } from '#index/change-cursor';
import type { ChangePage } from '#index/change-feed';
import { sendAnswer } from '../answer.js';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readQuery } from '../governance/read-json.js';
import { badRequest, ProblemException } from '../problem.js';
import { awaitChanges } from './await-changes.js';
import { changesQuery } from './change-routes.js';
import { CHANGES, type ChangesPorts } from './changes-ports.js';

/** What became of studies, for the agency. */
@Controller('governance/changes')
export class ChangesController {
  constructor(@Inject(CHANGES) private readonly ports: ChangesPorts) {}

  @Demands('follow-changes')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after, limit, wait } = readQuery(request, changesQuery);
    const caller = callerOf(request);
    const from = after === undefined ? 0 : readChangeCursor(after);
    const page = await awaitChanges(() => this.read(caller, from, limit), {
      waitMs: wait * 1_000,
      isGone: () => request.raw.socket.destroyed,
    });
    await this.record(caller, page, after ?? '');
    const items = page.changes.map(({ sequence, ...change }) => ({
      cursor: changeCursor(sequence),
      ...change,
    }));
    const answer = { items, next: changeCursor(page.through), more: page.more };
    return sendAnswer(reply, jsonAnswer(200, answer));
  }

  private async read(
    caller: Caller,
    after: number | undefined,
    limit: number,
  ): Promise<ChangePage> {
    const { feed, policyInForce, wallMs } = this.ports;
    const at = new Date(wallMs()).toISOString();
    const looker = { subject: accessSubjectOf(caller), policy: policyInForce(), at };
    const page = after === undefined ? undefined : await feed.read({ after, limit, looker });
    if (page === undefined)
      throw new ProblemException(badRequest('after is no place in the feed.'));
    return page;
  }

  /** As a search that found these studies. */
  private async record(caller: Caller, page: ChangePage, after: string): Promise<void> {
    if (page.changes.length === 0) return;
    const subject = accessSubjectOf(caller);
    const decision = decideAction(
      subject,
      'search',
      subject.organisation,
      this.ports.policyInForce(),
    );
    const claims = [...new Set(page.changes.map(({ claim }) => claim))];
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
      kind: 'changes',
      personal: { ...personalOf(caller), query: `changes?after=${after}`, claims },
    });
  }
}
