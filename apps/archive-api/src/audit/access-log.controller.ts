import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '#evidence/access-query';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readQuery } from '../governance/read-json.js';
import { badRequest, ProblemException } from '../problem.js';
import { accessLogPage } from './access-log-routes.js';
import { openAccessCursor, sealAccessCursor } from './audit-cursor.js';
import { AUDIT, type AuditPorts, auditReachOf } from './audit-ports.js';

/** «Who saw my images» (EHDS art. 9): plain enough to be read as it is. */
@Controller('governance/access-log')
export class AccessLogController {
  constructor(@Inject(AUDIT) private readonly ports: AuditPorts) {}

  @Demands('read-own-audit')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after, limit } = readQuery(request, accessLogPage);
    const cursor = after === undefined ? undefined : openAccessCursor(after);
    if (after !== undefined && cursor === undefined)
      throw new ProblemException(badRequest('after is missing or not valid.'));
    const found = await this.ports.findAccesses({
      reach: auditReachOf(callerOf(request)),
      outcome: 'permit',
      studiesOnly: true,
      ...(cursor && { after: cursor }),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const more = found.length > page.length && last !== undefined;
    const next = more ? { next: sealAccessCursor(last) } : {};
    return sendAnswer(reply, jsonAnswer(200, { items: page.map(entryOf), ...next }));
  }
}

const WHAT: Readonly<Record<string, string>> = {
  search: 'found',
  'read-metadata': 'described',
  retrieve: 'seen',
  export: 'taken out',
};

const entryOf = (access: Access) => ({
  at: access.recordedAt,
  who: access.personal?.name ?? access.roles.join(', '),
  organisation: access.behalfOrganisation || access.organisation,
  what: WHAT[access.action],
  studies: access.studies.map(({ hospital, studyUid, studyDate }) => ({
    hospital,
    studyUid,
    studyDate,
  })),
  purpose: access.purpose,
  breakGlass: access.breakGlass,
});
