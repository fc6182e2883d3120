import type { FastifyRequest } from 'fastify';
import type { PatientIdentifier } from '#archive/access/access-facts';
import type { CareEvent } from '#archive/care-events';
import { callerOf } from '../caller/caller-of.js';
import { badRequest, forbidden, notFound, ProblemException } from '../problem.js';
import { careOrder, requireDone } from './care-order.js';
import type { CarePorts } from './care-ports.js';
import { type ConsentTable, findConsent } from './consent-rows.js';
import { isoOf } from './instants.js';
import {
  isHospital,
  isPatientOf,
  isTheirs,
  personOf,
  speakerOf,
  whosePatient,
} from './whose-patient.js';

/** What a body says of consent. `opens`: it lets somebody see more, so a hospital's desk may not write it down. */
export type Told = Readonly<{
  kind: string;
  opens: boolean;
  patient: PatientIdentifier | undefined;
  hospital: string | undefined;
  claim: string | undefined;
}>;

/** The fact that it becomes: of this patient, under this id, at this time. */
export type ToFact = (
  subject: Readonly<{ patient: string; id: string; from: string }>,
) => CareEvent;

/** Records what a patient says, or somebody who may say it for them; answers with what was made. */
export async function tellConsent(
  ports: CarePorts,
  request: FastifyRequest,
  told: Told,
  toFact: ToFact,
): Promise<Readonly<{ id: string; patient: string }>> {
  const { ids, care, wallMs } = ports;
  const caller = callerOf(request);
  if (told.opens && speakerOf(caller) === 'desk') throw new ProblemException(NOT_AT_A_DESK);
  const patient = await whosePatient(ports, caller, told.patient);
  if (speakerOf(caller) === 'desk') await requireAtDesk(ports, caller.hospital, patient);
  await requireThere(ports, patient, told);
  const order = careOrder(request, told.kind);
  const id = ids.care(told.kind, order.id, patient);
  requireDone(await care.record(order, toFact({ patient, id, from: isoOf(wallMs()) })));
  return { id, patient };
}

const NOT_AT_A_DESK = forbidden('Only the patient and the agency may say this.');

/** A hospital writes down what its own patients say, nobody else's. */
async function requireAtDesk(
  { pool, wallMs }: CarePorts,
  hospital: string,
  patient: string,
): Promise<void> {
  const person = await personOf(pool, patient);
  if (!(await isPatientOf(pool, { hospital, person, now: new Date(wallMs()) })))
    throw new ProblemException(notFound());
}

async function requireThere({ pool }: CarePorts, patient: string, told: Told): Promise<void> {
  const { hospital, claim } = told;
  if (hospital !== undefined && !(await isHospital(pool, hospital)))
    throw new ProblemException(badRequest('No hospital of this code is known here.'));
  if (claim !== undefined && !(await isTheirs(pool, claim, await personOf(pool, patient))))
    throw new ProblemException(notFound());
}

/** The fact that ends one of this patient, at this time. */
export type ToEnd = (subject: Readonly<{ patient: string; id: string; at: string }>) => CareEvent;

/** Takes back what was told; a patient their own, the agency anybody's. */
export async function endConsent(
  ports: CarePorts,
  request: FastifyRequest,
  { table, id }: Readonly<{ table: ConsentTable; id: string }>,
  toFact: ToEnd,
): Promise<void> {
  const { pool, care, wallMs } = ports;
  const caller = callerOf(request);
  const speaker = speakerOf(caller);
  if (speaker === 'desk') throw new ProblemException(NOT_AT_A_DESK);
  const found = await findConsent(pool, table, id);
  const isOwn =
    speaker === 'agency' ||
    (caller.person !== null && (await personOf(pool, caller.person)) === found?.person);
  if (found === undefined || !isOwn) throw new ProblemException(notFound());
  const order = careOrder(request, `end/${id}`);
  const { patient } = found;
  requireDone(await care.record(order, toFact({ patient, id, at: isoOf(wallMs()) })));
}
