import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { notFound, ProblemException } from '../problem.js';
import type { DepositReceipt } from './deposit-receipt.js';

export const DEPOSITS = Symbol('Deposits');

/** What was received with a request of a hospital; see depositReceipt. */
export type Deposits = (
  asked: Readonly<{ hospital: string; job: string }>,
) => Promise<DepositReceipt | null | undefined>;

const JOB = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RETRY_SECONDS = 2;

/** The archive's word for what it has taken in: signed, for the sender to keep. */
@Controller('dicom-web/receipts')
export class DepositController {
  constructor(@Inject(DEPOSITS) private readonly receiptOf: Deposits) {}

  @Demands('read-receipt')
  @Get(':job/deposit')
  async show(
    @Param('job') job: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { hospital } = callerOf(request);
    const found = JOB.test(job) ? await this.receiptOf({ hospital, job }) : undefined;
    if (found === undefined) throw new ProblemException(notFound());
    if (found !== null) return sendAnswer(reply, jsonAnswer(200, found));
    const headers = { 'retry-after': RETRY_SECONDS, 'content-length': 0 };
    return sendAnswer(reply, { status: 202, headers });
  }
}
