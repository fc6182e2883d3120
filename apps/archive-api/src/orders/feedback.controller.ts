import {
  Controller,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderOutcome } from '#index/order-commands';
import { sendAnswer } from '../answer.js';
import { actorOf } from '../caller/caller.js';
import { DemandsCdsClient } from '../caller/permit.guard.js';
import { CdsFilter } from '../cds/cds.filter.js';
import { CdsClientGuard, cdsClientOf } from '../cds/cds-client.guard.js';
import type { CdsClient } from '../cds/cds-client.js';
import { DISCOVERY } from '../cds/services.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readJson } from '../governance/read-json.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import { feedbackBody, type GivenFeedback } from './feedback-body.js';
import { ORDERS, type OrderPorts } from './order-ports.js';

const BODY_BYTES_MAX = 256 * 1024;

/** What people made of cards, as their clients tell it (CDS Hooks 2.0, Feedback). */
@UseFilters(CdsFilter)
@Controller('cds-services/:service/feedback')
export class FeedbackController {
  constructor(@Inject(ORDERS) private readonly ports: OrderPorts) {}

  @DemandsCdsClient()
  @UseGuards(CdsClientGuard)
  @Post()
  @HttpCode(200)
  async take(
    @Param('service') service: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!DISCOVERY.services.some(({ id }) => id === service))
      throw new ProblemException(notFound());
    const client = cdsClientOf(request);
    const { feedback } = await readJson(request, reply, feedbackBody, BODY_BYTES_MAX);
    requireNow(feedback, this.ports.wallMs());
    /* All that can be taken is; then what can't is told. */
    const refused: Refused[] = [];
    for (const [index, given] of feedback.entries()) {
      const outcome = await this.takeOne(service, client, given);
      if (!outcome.ok) refused.push({ index, refusal: outcome.refusal });
    }
    if (refused[0] !== undefined) throw new ProblemException(problemOf(refused[0]));
    return sendAnswer(reply, jsonAnswer(200, {}));
  }

  private takeOne(
    service: string,
    { hospital, id }: CdsClient,
    { card, outcome, acceptedSuggestions = [], overrideReason, outcomeTimestamp }: GivenFeedback,
  ): Promise<OrderOutcome> {
    const isOverridden = outcome === 'overridden';
    return this.ports.orders.cardAnswered(
      { actor: actorOf({ issuer: this.ports.tokenIssuer, subject: id }) },
      {
        ...{ hospital, service, card, outcome },
        at: new Date(outcomeTimestamp).toISOString(),
        reason: (isOverridden && overrideReason?.reason?.code) || '',
        comment: (isOverridden && overrideReason?.userComment) || '',
        suggestions: isOverridden ? [] : acceptedSuggestions.map((one) => one.id),
      },
    );
  }
}

type Refused = Readonly<{
  index: number;
  refusal: Extract<OrderOutcome, { ok: false }>['refusal'];
}>;

/** Clocks of clients may be ahead a little. */
const AHEAD_MS_MAX = 300_000;

/* No card was shown before 1970, nor answered in the future. */
function requireNow(feedback: readonly GivenFeedback[], nowMs: number): void {
  const at = feedback.findIndex(({ outcomeTimestamp }) => {
    const atMs = Date.parse(outcomeTimestamp);
    return atMs < 0 || atMs > nowMs + AHEAD_MS_MAX;
  });
  if (at >= 0)
    throw new ProblemException(badRequest(`feedback.${at}.outcomeTimestamp is no time of now.`));
}

const problemOf = ({ index, refusal }: Refused) =>
  refusal === 'too-many'
    ? conflict(`feedback.${index}: the card was answered as often as one may be.`)
    : notFound(`feedback.${index}.card is no card of this service and client.`);
