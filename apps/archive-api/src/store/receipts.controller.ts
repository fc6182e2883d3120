import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { dicomWebUrl } from '../request-address.js';
import { FindReceipt } from './find-receipt.js';
import { receiptAnswer } from './receipt-answer.js';

const JOB = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RETRY_SECONDS = 2;
const PENDING: Answer = {
  status: 202,
  headers: { 'retry-after': RETRY_SECONDS, 'content-length': 0 },
};

/** Where a Store request that was answered early tells what became of it; only its own hospital sees it. */
@Controller('dicom-web/receipts')
export class ReceiptsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('read-receipt')
  @Get(':job')
  async show(
    @Param('job') job: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!JOB.test(job)) throw new ProblemException(notFound());
    const { hospital } = callerOf(request);
    const receipt = await this.queries.execute(new FindReceipt(hospital, job));
    if (receipt === undefined) throw new ProblemException(notFound());
    const { accept } = request.headers;
    const shown = { root: dicomWebUrl(request), accept, status: 200 };
    return sendAnswer(reply, receipt === null ? PENDING : receiptAnswer(receipt, shown));
  }
}
