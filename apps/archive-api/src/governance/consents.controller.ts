import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { forbidden, ProblemException } from '../problem.js';
import { CARE, type CarePorts } from './care-ports.js';
import { endConsent, tellConsent } from './consent-order.js';
import {
  consentsBody,
  exclusionBody,
  grantBody,
  oppositionBody,
  representativeBody,
} from './consent-routes.js';
import { listConsents } from './consent-rows.js';
import { jsonAnswer, NOTHING } from './json-answer.js';
import { PathId } from './path-id.js';
import { readJson } from './read-json.js';
import { personOf, speakerOf } from './whose-patient.js';

/** What patients say about who may know of their studies. */
@Controller('governance')
export class ConsentsController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('keep-consent')
  @Post('oppositions')
  async oppose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { patient: named, hospital, claim } = await readJson(request, reply, oppositionBody);
    const told = { kind: 'opposition', opens: false, patient: named, hospital, claim };
    const made = await tellConsent(this.ports, request, told, ({ patient, id, from }) => ({
      type: 'OppositionRecorded',
      data: { patient, opposition: id, hospital: hospital ?? '', claim: claim ?? '' },
      personal: { from },
    }));
    return sendAnswer(reply, jsonAnswer(201, made));
  }

  @Demands('keep-consent')
  @Delete('oppositions/:id')
  async withdrawOpposition(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const ended = { table: 'oppositions', id } as const;
    await endConsent(this.ports, request, ended, ({ patient, at }) => ({
      type: 'OppositionWithdrawn',
      data: { patient, opposition: id },
      personal: { at },
    }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-consent')
  @Post('grants')
  async grant(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, grantBody);
    const { organisation, claim } = body;
    const told = {
      kind: 'grant',
      opens: true,
      patient: body.patient,
      hospital: organisation,
      claim,
    };
    const made = await tellConsent(this.ports, request, told, ({ patient, id, from }) => ({
      type: 'GrantGiven',
      data: {
        ...{ patient, grant: id, organisation: organisation ?? '', actor: body.actor ?? '' },
        ...{ level: body.level, claim: claim ?? '' },
      },
      personal: { from, until: utcOf(body.until) },
    }));
    return sendAnswer(reply, jsonAnswer(201, made));
  }

  @Demands('keep-consent')
  @Delete('grants/:id')
  async revokeGrant(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await endConsent(this.ports, request, { table: 'grants', id }, ({ patient, at }) => ({
      type: 'GrantRevoked',
      data: { patient, grant: id },
      personal: { until: at },
    }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-consent')
  @Post('exclusions')
  async exclude(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { patient: named, organisation, actor } = await readJson(request, reply, exclusionBody);
    const told = {
      ...{ kind: 'exclusion', opens: false, patient: named },
      ...{ hospital: organisation, claim: undefined },
    };
    const made = await tellConsent(this.ports, request, told, ({ patient, id, from }) => ({
      type: 'ExclusionRecorded',
      data: { patient, exclusion: id, organisation: organisation ?? '', actor: actor ?? '' },
      personal: { from },
    }));
    return sendAnswer(reply, jsonAnswer(201, made));
  }

  @Demands('keep-consent')
  @Delete('exclusions/:id')
  async withdrawExclusion(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await endConsent(this.ports, request, { table: 'exclusions', id }, ({ patient, at }) => ({
      type: 'ExclusionWithdrawn',
      data: { patient, exclusion: id },
      personal: { at },
    }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-consent')
  @Post('representatives')
  async name(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, representativeBody);
    const { authority, value } = body.representative;
    const representative = this.ports.ids.patient(authority, value);
    const told = {
      ...{ kind: 'representation', opens: true, patient: body.patient },
      ...{ hospital: undefined, claim: undefined },
    };
    const made = await tellConsent(this.ports, request, told, ({ patient, id, from }) => ({
      type: 'RepresentativeNamed',
      data: { patient, representation: id, representative },
      personal: { from, until: utcOf(body.until), capacity: body.capacity },
    }));
    return sendAnswer(reply, jsonAnswer(201, made));
  }

  @Demands('keep-consent')
  @Delete('representatives/:id')
  async removeRepresentative(
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const ended = { table: 'representatives', id } as const;
    await endConsent(this.ports, request, ended, ({ patient, at }) => ({
      type: 'RepresentativeRemoved',
      data: { patient, representation: id },
      personal: { until: at },
    }));
    return sendAnswer(reply, NOTHING);
  }

  @Demands('keep-consent')
  @Get('consents')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { person } = callerOf(request);
    if (person === null) throw new ProblemException(forbidden('The token names no patient.'));
    return sendAnswer(reply, await this.consentsOf(person));
  }

  @Demands('keep-consent')
  @Post('consents/search')
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { patient } = await readJson(request, reply, consentsBody);
    if (speakerOf(callerOf(request)) !== 'agency')
      throw new ProblemException(forbidden('Only the agency asks for others.'));
    const { authority, value } = patient;
    return sendAnswer(reply, await this.consentsOf(this.ports.ids.patient(authority, value)));
  }

  private async consentsOf(patient: string): Promise<Answer> {
    const { pool, wallMs } = this.ports;
    const person = await personOf(pool, patient);
    return jsonAnswer(200, await listConsents(pool, person, new Date(wallMs())));
  }
}

const utcOf = (time: string | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString();
