import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PatientIdentifier } from '#archive/access/access-facts';
import { AGENCY } from '#archive/access/agency';
import type { RetentionScope } from '#archive/retention-events';
import type { RetentionOutcome } from '#index/retention-commands';
import { isDay } from '#retention/calendar';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { careOrder } from '../governance/care-order.js';
import { jsonAnswer, NOTHING } from '../governance/json-answer.js';
import { PathId } from '../governance/path-id.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { isPatientOf, personOf } from '../governance/whose-patient.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import { findBegun, isKnownPatient, isStudyOf, listDisputes } from './retention-fact-rows.js';
import { RETENTION, type RetentionPorts } from './retention-ports.js';
import {
  closeBody,
  deathBody,
  disputeBody,
  disputesQuery,
  markBody,
  retractBody,
} from './retention-routes.js';
import { todayOf } from './today-of.js';

type About = Readonly<{ patient?: PatientIdentifier | undefined; claim?: string | undefined }>;

/** What moves the schedules of a hospital's studies: deaths, disputes, marks. */
@Controller('governance/retention')
export class RetentionFactsController {
  constructor(@Inject(RETENTION) private readonly ports: RetentionPorts) {}

  @Demands('read-retention')
  @Get('disputes')
  async disputes(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = readQuery(request, disputesQuery);
    const found = await listDisputes(this.ports.pool, callerOf(request).hospital, page);
    return sendAnswer(reply, jsonAnswer(200, found));
  }

  @Demands('keep-retention')
  @Post('disputes')
  async openDispute(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { from, reason, ...about } = await readJson(request, reply, disputeBody);
    this.requirePast(from);
    const { hospital } = callerOf(request);
    const subject = await this.subjectOf(hospital, about);
    const order = careOrder(request, 'openDispute');
    const dispute = this.ports.ids.care('dispute', order.id, subject.subject);
    const data = { ...subject, dispute, hospital };
    const fact = { type: 'DisputeOpened', data, personal: { from, reason } } as const;
    requireDone(await this.ports.retention.record(order, fact));
    return sendAnswer(reply, jsonAnswer(201, { id: dispute }));
  }

  @Demands('keep-retention')
  @Post('disputes/:id/close')
  async closeDispute(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { until } = await readJson(request, reply, closeBody);
    this.requirePast(until);
    const { hospital } = callerOf(request);
    const found = await findBegun(this.ports.pool, 'retention_disputes', { hospital, id });
    if (found === undefined) throw new ProblemException(notFound());
    const data = { ...found, dispute: id, hospital };
    const fact = { type: 'DisputeClosed', data, personal: { until } } as const;
    const order = careOrder(request, `closeDispute/${id}`);
    requireDone(await this.ports.retention.record(order, fact));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-retention')
  @Post('marks')
  async setMark(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { mark, on = '', ...about } = await readJson(request, reply, markBody);
    if (on !== '') this.requirePast(on);
    const { hospital } = callerOf(request);
    const subject = await this.subjectOf(hospital, about);
    const order = careOrder(request, 'setRetentionMark');
    const marking = this.ports.ids.care('retention-mark', hospital, subject.subject, mark, on);
    const data = { ...subject, marking, hospital };
    const fact = { type: 'RetentionMarkSet', data, personal: { mark, on } } as const;
    requireDone(await this.ports.retention.record(order, fact));
    return sendAnswer(reply, jsonAnswer(201, { id: marking }));
  }

  @Demands('keep-retention')
  @Delete('marks/:id')
  async clearMark(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { hospital } = callerOf(request);
    const found = await findBegun(this.ports.pool, 'retention_marks', { hospital, id });
    if (found === undefined) throw new ProblemException(notFound());
    const data = { ...found, marking: id, hospital };
    const order = careOrder(request, `clearRetentionMark/${id}`);
    requireDone(await this.ports.retention.record(order, { type: 'RetentionMarkCleared', data }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-identity')
  @Post('deaths')
  async recordDeath(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { patient, date } = await readJson(request, reply, deathBody);
    this.requirePast(date);
    const { hospital: source } = callerOf(request);
    const subject = await this.patientOf(source, patient);
    const fact = { type: 'DeathRecorded', data: { subject, source }, personal: { date } } as const;
    const order = careOrder(request, 'recordDeath');
    requireDone(await this.ports.retention.record(order, fact));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-identity')
  @Post('deaths/retract')
  async retractDeath(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { patient } = await readJson(request, reply, retractBody);
    const { hospital: source } = callerOf(request);
    const subject = await this.patientOf(source, patient);
    const fact = { type: 'DeathRetracted', data: { subject, source } } as const;
    const order = careOrder(request, 'retractDeath');
    requireDone(await this.ports.retention.record(order, fact));
    return sendAnswer(reply, NOTHING);
  }

  /** Days are counted where the hospital is: it may be a day ahead of UTC there. */
  private requirePast(day: string): void {
    const tomorrow = todayOf(this.ports.wallMs() + DAY_MS);
    if (!isDay(day) || day > tomorrow)
      throw new ProblemException(badRequest('A day is in the future, or before all records.'));
  }

  private async subjectOf(
    hospital: string,
    { patient, claim }: About,
  ): Promise<Readonly<{ subject: string; scope: RetentionScope }>> {
    if (patient !== undefined)
      return { subject: await this.patientOf(hospital, patient), scope: 'patient' };
    if (claim === undefined || !(await isStudyOf(this.ports.pool, hospital, claim)))
      throw new ProblemException(notFound());
    return { subject: claim, scope: 'study' };
  }

  /** A patient of the hospital's, or any that is known when it's the agency that speaks. */
  private async patientOf(hospital: string, named: PatientIdentifier): Promise<string> {
    const { pool, ids, wallMs } = this.ports;
    const patient = ids.patient(named.authority, named.value);
    const isTheirs =
      hospital === AGENCY
        ? await isKnownPatient(pool, patient)
        : await isPatientOf(pool, {
            ...{ hospital, person: await personOf(pool, patient), now: new Date(wallMs()) },
          });
    if (!isTheirs) throw new ProblemException(notFound());
    return patient;
  }
}

const DAY_MS = 86_400_000;

function requireDone(outcome: RetentionOutcome): void {
  if (!outcome.ok) throw new ProblemException(REFUSALS[outcome.refusal]);
}

const REFUSALS = {
  unknown: notFound(),
  erased: notFound(),
  'before-start': badRequest('Nothing ends before it began.'),
  'too-many': conflict('As many disputes and marks stand as one patient or study may have.'),
} as const satisfies Record<Extract<RetentionOutcome, { ok: false }>['refusal'], unknown>;
