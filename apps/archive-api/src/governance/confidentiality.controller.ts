import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { ConfidentialityVoice } from '#archive/care-events';
import { sendAnswer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { careOrder, requireDone } from './care-order.js';
import { CARE, type CarePorts } from './care-ports.js';
import { jsonAnswer } from './json-answer.js';
import { readJson } from './read-json.js';
import { confidentialityBody } from './study-routes.js';
import { personOf } from './whose-patient.js';

type Study = Readonly<{ claim: string; hospital: string; voice: ConfidentialityVoice }>;

/** How confidential a study is: the word of its patient, and that of its custodian. */
@Controller('governance/confidentiality')
export class ConfidentialityController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('set-confidentiality')
  @Post()
  async set(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, confidentialityBody);
    const study = await this.studyOf(callerOf(request), body);
    const order = careOrder(request, `setConfidentiality/${study.claim}`);
    const mark = { level: body.level, tags: [...new Set(body.tags)].sort() };
    requireDone(await this.ports.care.setConfidentiality(order, { ...study, mark }));
    const effective = await readMark(this.ports.pool, study.claim);
    return sendAnswer(reply, jsonAnswer(200, effective));
  }

  /** The study, when it is the patient's own, or in the custody of the caller's hospital. */
  private async studyOf(
    caller: Caller,
    { claim, study }: z.output<typeof confidentialityBody>,
  ): Promise<Study> {
    const { pool, ids } = this.ports;
    if (caller.roles.includes('patient')) {
      const person = caller.person === null ? '' : await personOf(pool, caller.person);
      return { ...(await findStudy(pool, claim ?? '', { person })), voice: 'patient' };
    }
    const own = claim ?? ids.claim(caller.hospital, study ?? '');
    return { ...(await findStudy(pool, own, { hospital: caller.hospital })), voice: 'custodian' };
  }
}

async function findStudy(
  pool: Pool,
  claim: string,
  { hospital, person }: Readonly<{ hospital?: string; person?: string }>,
): Promise<Omit<Study, 'voice'>> {
  const { rows } = await pool.query(
    `select claim, hospital from study_access where claim = $1 and ($2::text is null or hospital = $2)
       and ($3::text is null or (person = $3 and person <> ''))`,
    [claim, hospital ?? null, person ?? null],
  );
  if (rows[0] === undefined) throw new ProblemException(notFound());
  return rows[0];
}

async function readMark(pool: Pool, claim: string) {
  const { rows } = await pool.query(
    'select claim, confidentiality as level, tags from study_access where claim = $1',
    [claim],
  );
  return rows[0];
}
