import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUid } from '#dicom/uid';
import type { Offer } from '#dicomweb/negotiate';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import {
  badRequest,
  notFound,
  overloaded,
  ProblemException,
  transactionInUse,
} from '../problem.js';
import { askedOf } from '../request-address.js';
import { choose } from '../retrieve/representation.js';
import type { CheckPorts } from './check-instances.js';
import { COMMITMENT_OFFERS, commitmentAnswer } from './commitment-answer.js';
import { COMMITMENT, CommitmentChecker } from './commitment-checker.js';
import {
  type CommitmentKey,
  type CommitmentState,
  findRequest,
  keepRequest,
} from './commitment-requests.js';
import { readRequest } from './read-request.js';

const FULL_RETRY_SECONDS = 60;
/** So long a request waits for its result before it is answered 202. */
const WAIT_MS_MAX = 2_000;
const LOOK_MS = 50;

/** The Storage Commitment Service (PS3.18 §13); requests belong to a hospital. */
@Controller('dicom-web/commitment-requests')
export class CommitmentController {
  constructor(
    @Inject(COMMITMENT) private readonly ports: CheckPorts,
    @Inject(CommitmentChecker) private readonly checker: CommitmentChecker,
  ) {}

  @Demands('ask-commitment')
  @Post(':transaction')
  async ask(
    @Param('transaction') transaction: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isUid(transaction))
      throw new ProblemException(badRequest('The transaction in the path is no UID.'));
    const caller = callerOf(request);
    const offer = offerOf(request);
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
    const references = await readRequest(request);
    const key = { hospital: caller.hospital, transaction };
    const kept = await keepRequest(this.ports.pool, key, { actor: actorOf(caller), references });
    if (kept === 'in-use') throw new ProblemException(transactionInUse());
    if (kept === 'full') throw new ProblemException(overloaded(FULL_RETRY_SECONDS));
    this.checker.wake();
    return sendAnswer(reply, commitmentAnswer(await this.within(key, WAIT_MS_MAX), offer));
  }

  @Demands('ask-commitment')
  @Get(':transaction')
  async check(
    @Param('transaction') transaction: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const offer = offerOf(request);
    const state = await this.stateOf({ hospital: callerOf(request).hospital, transaction });
    return sendAnswer(reply, commitmentAnswer(state, offer));
  }

  private async within(key: CommitmentKey, ms: number): Promise<CommitmentState> {
    const looks = Math.ceil(ms / LOOK_MS);
    for (let look = 1; look < looks; look++) {
      const state = await this.stateOf(key);
      if (state.reasons !== null) return state;
      await new Promise((go) => setTimeout(go, LOOK_MS));
    }
    return this.stateOf(key);
  }

  private async stateOf(key: CommitmentKey): Promise<CommitmentState> {
    const state = isUid(key.transaction) ? await findRequest(this.ports.pool, key) : undefined;
    if (state === undefined) throw new ProblemException(notFound());
    return state;
  }
}

function offerOf(request: FastifyRequest): Offer {
  const chosen = choose(COMMITMENT_OFFERS, askedOf(request));
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  return chosen.offer;
}
