import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { CareEvent } from '#archive/care-events';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { careOrder, requireDone } from './care-order.js';
import { CARE, type CarePorts } from './care-ports.js';
import { NOTHING } from './json-answer.js';
import { readJson } from './read-json.js';
import { vipBody } from './study-routes.js';
import { personOf } from './whose-patient.js';

/** What a hospital says of a patient whose studies it has. */
@Controller('governance/vip')
export class PatientsController {
  constructor(@Inject(CARE) private readonly ports: CarePorts) {}

  @Demands('flag-patient')
  @Post()
  async flag(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { pool, ids, care } = this.ports;
    const { patient: named, vip } = await readJson(request, reply, vipBody);
    const { hospital } = callerOf(request);
    const patient = ids.patient(named.authority, named.value);
    if (!(await hasStudies(pool, hospital, await personOf(pool, patient))))
      throw new ProblemException(notFound());
    const fact: CareEvent = vip
      ? { type: 'VipFlagged', data: { patient, hospital } }
      : { type: 'VipUnflagged', data: { patient, hospital, vip } };
    requireDone(await care.record(careOrder(request, `flagPatient/${vip}`), fact));
    return sendAnswer(reply, NOTHING);
  }
}

async function hasStudies(pool: Pool, hospital: string, person: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select from study_access where person = $1 and hospital = $2 limit 1',
    [person, hospital],
  );
  return rowCount === 1;
}
