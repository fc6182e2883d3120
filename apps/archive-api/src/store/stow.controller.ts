import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUid } from '#dicom/uid';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { withDeposit } from '../custody/with-deposit.js';
import { badRequest, ProblemException, receiptLate } from '../problem.js';
import { dicomWebUrl } from '../request-address.js';
import { acceptedAnswer, storedAnswer } from './receipt-answer.js';
import { RECORD_STORED, type RecordStoredPorts, recordStored } from './record-stored.js';
import { readStoreHead } from './store-head.js';
import { StoreInstances } from './store-instances.js';

const LATE_RETRY_SECONDS = 10;

/** The Store Transaction (PS3.18 §10.5). */
@Controller('dicom-web/studies')
export class StowController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(RECORD_STORED) private readonly recording: RecordStoredPorts,
  ) {}

  @Demands('store')
  @Post()
  store(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.storeInto(null, request, reply);
  }

  @Demands('store')
  @Post(':study')
  storeIntoStudy(
    @Param('study') study: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isUid(study)) throw new ProblemException(badRequest('The study in the path is no UID.'));
    return this.storeInto(study, request, reply);
  }

  private async storeInto(
    study: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const head = readStoreHead(request.headers);
    if (!head.ok) throw new ProblemException(head.problem);
    const caller = callerOf(request);
    const source = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const { hospital } = caller;
    const { boundary, root: bodyRoot, bytesExpected } = head;
    const actor = actorOf(caller);
    const body = { hospital, actor, study, boundary, root: bodyRoot, source, bytesExpected };
    const begin = () => beginBody(request, reply);
    const stored = await this.commands.execute(new StoreInstances(body, begin, !head.respondAsync));
    const root = dicomWebUrl(request);
    if (stored.receipt !== undefined) {
      await recordStored(this.recording, caller, stored.receipt);
      const { accept } = request.headers;
      const answer = storedAnswer(stored.receipt, { root, accept });
      return sendAnswer(reply, withDeposit(answer, root, stored.job));
    }
    if (head.respondAsync) return sendAnswer(reply, acceptedAnswer(stored.job, root));
    throw new ProblemException(receiptLate(LATE_RETRY_SECONDS, 'Sending it again is safe.'));
  }
}

/** A client that waits for leave to send gets it now, after admission and not before (RFC 9110 §10.1.1). */
function beginBody(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers.expect !== undefined) reply.raw.writeContinue();
}
