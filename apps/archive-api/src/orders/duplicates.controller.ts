import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type OrderNamed, ownOrders } from '#index/known-orders';
import type { OpaqueIds } from '#index/opaque-ids';
import type { OrderCommands } from '#index/order-commands';
import { sendAnswer } from '../answer.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { notFound, ProblemException } from '../problem.js';
import { examBody, orderQuery } from './duplicate-routes.js';
import { type Judged, type JudgePorts, judgeOrder } from './judge-order.js';
import { judgedJson } from './judged-json.js';
import { dayOfOrder } from './orders-waiting.js';
import { type RecordCheckPorts, recordCheck } from './record-check.js';
import { showCards } from './show-cards.js';

export const CHECKS = Symbol('Checks');

/** What checks of orders are given. `personOf`: the person whose identifier this is now. */
export type CheckPorts = JudgePorts &
  RecordCheckPorts &
  Readonly<{
    orders: OrderCommands;
    ids: Pick<OpaqueIds, 'patient'>;
    personOf: (patient: string) => Promise<string>;
  }>;

/** The last check of whoever does an exam: what would it repeat. */
@Controller('governance/duplicates')
export class DuplicatesController {
  constructor(@Inject(CHECKS) private readonly ports: CheckPorts) {}

  @Demands('search')
  @Get()
  async ofOrder(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    const named = orderNamed(readQuery(request, orderQuery));
    const found = await ownOrders(this.ports, accessSubjectOf(caller), named);
    if (found.length === 0) throw new ProblemException(notFound());
    const judged: Judged[] = [];
    for (const known of found.slice(0, ORDERS_JUDGED_MAX))
      judged.push(await judgeOrder(this.ports, caller, { ...known, known, on: dayOfOrder(known) }));
    for (const one of judged) await showCards(this.ports, caller, one);
    return this.tell(reply, caller, judged, found[0]?.person ?? '');
  }

  @Demands('search')
  @Post('search')
  @HttpCode(200)
  async ofExam(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    const { ids, personOf, wallMs } = this.ports;
    const { patient, procedure, on } = await readJson(request, reply, examBody);
    const person = await personOf(ids.patient(patient.authority, patient.value));
    const today = dayAt(wallMs());
    const asked = { person, procedure, on: on ?? today, known: undefined };
    return this.tell(reply, caller, [await judgeOrder(this.ports, caller, asked)], person);
  }

  private async tell(
    reply: FastifyReply,
    caller: Caller,
    judged: readonly Judged[],
    person: string,
  ): Promise<void> {
    await recordCheck(this.ports, caller, person, judged);
    const { windowsInForce, wallMs } = this.ports;
    const windows = windowsInForce().version;
    const orders = judged.map((one) => judgedJson(one, dayAt(wallMs())));
    return sendAnswer(reply, jsonAnswer(200, { windows, orders }));
  }
}

/** Orders of one accession number; more are a mistake of a feed. */
const ORDERS_JUDGED_MAX = 20;
const DAY_CHARACTERS = 10;

const dayAt = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, DAY_CHARACTERS);

const orderNamed = (query: Readonly<Record<string, string | undefined>>): OrderNamed => {
  const { order, number, accession } = query as {
    order?: string;
    number?: string;
    accession?: string;
  };
  if (order !== undefined) return { by: 'id', value: order };
  return number !== undefined
    ? { by: 'number', value: number }
    : { by: 'accession', value: accession ?? '' };
};
