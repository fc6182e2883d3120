import { Controller, Get, Inject, Param, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '#evidence/access-query';
import { sendAnswer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { FhirFilter } from '../fhir/fhir.filter.js';
import { type Resource, resourceAnswer } from '../fhir/fhir-answer.js';
import { JsonOnlyGuard } from '../fhir/json-only.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { originOf } from '../request-address.js';
import { sealAccessCursor } from './audit-cursor.js';
import { auditEventQuery } from './audit-event-query.js';
import {
  type AuditEventView,
  auditEvent,
  auditEventId,
  readAuditEventId,
} from './audit-event-resource.js';
import { AUDIT, type AuditPorts, auditReachOf } from './audit-ports.js';

/** Persons whom one search may have shown. */
const PERSONS_OF_RECORD_MAX = 5_000;

/** Who was shown what, as AuditEvents: IHE ITI-81 (Retrieve ATNA Audit Event). */
@UseFilters(FhirFilter)
@UseGuards(JsonOnlyGuard)
@Controller('fhir/AuditEvent')
export class AuditEventsController {
  constructor(@Inject(AUDIT) private readonly ports: AuditPorts) {}

  @Demands('read-audit')
  @Get()
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    const query = await auditEventQuery(this.ports, caller, request.url);
    const found = await this.ports.findAccesses({ ...query, limit: query.limit + 1 });
    const page = found.slice(0, query.limit);
    const base = `${originOf(request)}/fhir`;
    const next = found.length > page.length ? nextOf(request, page.at(-1)) : undefined;
    const view = viewOf(caller, base);
    const entry = page.map((access) => ({
      fullUrl: `${base}/AuditEvent/${auditEventId(access)}`,
      resource: auditEvent(access, view),
      search: { mode: 'match' },
    }));
    const link = [
      { relation: 'self', url: originOf(request) + request.url },
      ...(next === undefined ? [] : [{ relation: 'next', url: next }]),
    ];
    return send(reply, {
      resourceType: 'Bundle',
      type: 'searchset',
      link,
      ...(entry.length > 0 && { entry }),
    });
  }

  @Demands('read-audit')
  @Get(':id')
  async read(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const named = readAuditEventId(id);
    if (named === undefined) throw new ProblemException(notFound());
    const caller = callerOf(request);
    const found = await this.ports.findAccesses({
      reach: auditReachOf(caller),
      record: named.record,
      limit: PERSONS_OF_RECORD_MAX,
    });
    const access = found.find((each) => auditEventId(each) === id);
    if (access === undefined) throw new ProblemException(notFound());
    return send(reply, auditEvent(access, viewOf(caller, `${originOf(request)}/fhir`)));
  }
}

/** Patients learn who saw their studies, not what was searched for. */
const viewOf = ({ roles }: Caller, base: string): AuditEventView => ({
  base,
  isWhole: !roles.includes('patient'),
});

function nextOf(request: FastifyRequest, last: Access | undefined): string | undefined {
  if (last === undefined) return undefined;
  const url = new URL(originOf(request) + request.url);
  url.searchParams.set('_after', sealAccessCursor(last));
  return url.href;
}

const send = (reply: FastifyReply, resource: Resource): Promise<void> =>
  sendAnswer(reply, resourceAnswer(resource));
