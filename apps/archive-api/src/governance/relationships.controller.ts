import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSampled } from '#archive/care/care-terms';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { careOrder, requireDone } from './care-order.js';
import { CARE, type CarePorts } from './care-ports.js';
import { hospitalTerms } from './care-terms-of.js';
import { daysAfter, hoursAfter, isoOf } from './instants.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { PathId } from './path-id.js';
import { readJson, readQuery } from './read-json.js';
import { relationshipBody, relationshipPage } from './relationship-routes.js';
import { findRelationship, listRelationships } from './relationship-rows.js';

/** Who takes part in the care of whom, by their own word. */
@Controller('governance/relationships')
export class RelationshipsController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('declare-relationship')
  @Post()
  async declare(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { ids, care, pool, wallMs } = this.ports;
    const body = await readJson(request, reply, relationshipBody);
    const { hospital: organisation } = callerOf(request);
    const order = careOrder(request, 'declareRelationship');
    const patient = ids.patient(body.patient.authority, body.patient.value);
    const id = ids.care('relationship', order.id, patient);
    const terms = await hospitalTerms(pool, organisation);
    const now = wallMs();
    const days = Math.min(body.days ?? terms.declaredDaysMax, terms.declaredDaysMax);
    const outcome = await care.record(order, {
      type: 'RelationshipDeclared',
      data: {
        ...{ patient, relationship: id, kind: 'declared', organisation },
        actor: body.scope === 'me' ? order.actor : '',
        claim: body.claim ?? '',
        declaredBy: order.actor,
        sampled: isSampled(id, terms.sampledOneIn),
      },
      personal: {
        ...{ from: isoOf(now), until: daysAfter(now, days) },
        reviewDue: hoursAfter(now, terms.reviewHours),
        ...{ purpose: body.purpose, attestation: body.attestation },
      },
    });
    requireDone(outcome);
    const found = await findRelationship(pool, organisation, id);
    if (found === undefined) throw new Error('a declared relationship left no row');
    const until = found.until.toISOString();
    return sendAnswer(reply, jsonAnswer(201, { id, patient, until }));
  }

  @Demands('declare-relationship')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = readQuery(request, relationshipPage);
    const caller = callerOf(request);
    const now = new Date(this.ports.wallMs());
    const member = { organisation: caller.hospital, actor: actorOf(caller), now };
    return sendAnswer(
      reply,
      jsonAnswer(200, await listRelationships(this.ports.pool, member, page)),
    );
  }

  @Demands('declare-relationship')
  @Delete(':id')
  async end(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { pool, care, wallMs } = this.ports;
    const order = careOrder(request, `endRelationship/${id}`);
    const found = await findRelationship(pool, callerOf(request).hospital, id);
    const isOwn = found?.kind === 'declared' && ['', order.actor].includes(found.actor);
    if (!isOwn) throw new ProblemException(notFound());
    requireDone(
      await care.record(order, {
        type: 'RelationshipEnded',
        data: { patient: found.patient, relationship: id },
        personal: { until: isoOf(wallMs()) },
      }),
    );
    return sendAnswer(reply, NOTHING);
  }
}
