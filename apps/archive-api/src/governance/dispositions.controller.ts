import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BatchRefusal } from '#archive/disposition/decide-batch';
import type { Capacity } from '#archive/disposition-events';
import { BATCH_STUDIES_MAX, type Batch, type DispositionDesk } from '#index/disposition-desk';
import { type Answer, sendAnswer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { conflict, forbidden, notFound, ProblemException } from '../problem.js';
import { careOrder } from './care-order.js';
import {
  approveBody,
  candidatesQuery,
  dispositionsPage,
  proposeBody,
} from './disposition-routes.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { PathId } from './path-id.js';
import { readJson, readQuery } from './read-json.js';

export const DISPOSITIONS = Symbol('Dispositions');

/** A claim has 32 digits, with what is between two of them. */
const BODY_BYTES_MAX = BATCH_STUDIES_MAX * 40;

/** What is disposed of, by whose word: of the caller's own hospital. */
@Controller('governance/dispositions')
export class DispositionsController {
  constructor(@Inject(DISPOSITIONS) private readonly desk: DispositionDesk) {}

  @Demands('read-dispositions')
  @Get('candidates')
  async candidates(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { limit } = readQuery(request, candidatesQuery);
    const found = await this.desk.candidates(callerOf(request).hospital, limit + 1);
    return sendAnswer(reply, pageAnswer(found, limit));
  }

  @Demands('propose-disposition')
  @Post()
  async propose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { claims } = await readJson(request, reply, proposeBody, BODY_BYTES_MAX);
    const order = careOrder(request, 'proposeDisposition');
    const made = await this.desk.propose(order, personOf(request).hospital, claims);
    if (!made.ok) throw new ProblemException(REFUSALS[made.refusal]);
    return sendAnswer(reply, jsonAnswer(201, { batch: made.batch, studies: made.studies }));
  }

  @Demands('read-dispositions')
  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after, limit } = readQuery(request, dispositionsPage);
    const page = { after, limit: limit + 1 };
    const found = await this.desk.list(callerOf(request).hospital, page);
    return sendAnswer(reply, pageAnswer(found, limit));
  }

  @Demands('read-dispositions')
  @Get(':id')
  async read(
    @Param('id', new PathId()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.desk.read(callerOf(request).hospital, id);
    if (found === undefined) throw new ProblemException(notFound());
    return sendAnswer(reply, jsonAnswer(200, { ...found.batch, items: found.studies }));
  }

  @Demands('approve-disposition')
  @Post(':id/approvals')
  async approve(
    @Param('id', new PathId()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { as: capacity } = await readJson(request, reply, approveBody);
    const caller = personOf(request);
    if (!APPROVERS[capacity].some((role) => caller.roles.includes(role)))
      throw new ProblemException(forbidden('No role of this caller approves in this capacity.'));
    const order = careOrder(request, `approveDisposition/${id}/${capacity}`);
    requireDone(await this.desk.approve(order, caller.hospital, { batch: id, capacity }));
    return sendAnswer(reply, jsonAnswer(200, await this.batchOf(caller, id)));
  }

  @Demands('propose-disposition')
  @Post(':id/stop')
  async stop(
    @Param('id', new PathId()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const order = careOrder(request, `stopDisposition/${id}`);
    requireDone(await this.desk.stop(order, callerOf(request).hospital, id));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('read-dispositions')
  @Get(':id/certificate')
  async certificate(
    @Param('id', new PathId()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { document } = await this.certificateOf(request, id);
    return sendAnswer(reply, bytesAnswer('application/json', Buffer.from(document)));
  }

  @Demands('read-dispositions')
  @Get(':id/certificate.pdf')
  async print(
    @Param('id', new PathId()) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { pdf } = await this.certificateOf(request, id);
    return sendAnswer(reply, bytesAnswer('application/pdf', pdf));
  }

  private async certificateOf(request: FastifyRequest, id: string) {
    const found = await this.desk.certificate(callerOf(request).hospital, id);
    if (found === undefined) throw new ProblemException(notFound());
    return found;
  }

  private async batchOf({ hospital }: Caller, id: string): Promise<Batch | undefined> {
    return (await this.desk.read(hospital, id))?.batch;
  }
}

const APPROVERS: Readonly<Record<Capacity, readonly Caller['roles'][number][]>> = {
  records: ['records-manager'],
  medical: ['radiologist', 'physician'],
  'archives-visa': ['dpo'],
};

/** A program neither proposes nor approves. */
function personOf(request: FastifyRequest): Caller {
  const caller = callerOf(request);
  if (caller.machine) throw new ProblemException(forbidden('A person has to say this.'));
  return caller;
}

const pageAnswer = (found: readonly unknown[], limit: number): Answer =>
  jsonAnswer(200, { items: found.slice(0, limit), more: found.length > limit });

const bytesAnswer = (type: string, body: Buffer): Answer => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': 'no-store' },
  body,
});

function requireDone(outcome: Readonly<{ ok: true } | { ok: false; refusal: BatchRefusal }>): void {
  if (!outcome.ok) throw new ProblemException(REFUSALS[outcome.refusal]);
}

const REFUSALS = {
  'nothing-due': conflict('None of these studies is due and free.'),
  unknown: notFound(),
  stopped: conflict('The batch was stopped.'),
  given: conflict('Somebody has approved in this capacity.'),
  'same-person': conflict('Nobody approves twice.'),
  'not-needed': conflict('Nobody is asked to approve in this capacity.'),
} as const satisfies Record<BatchRefusal, unknown>;
