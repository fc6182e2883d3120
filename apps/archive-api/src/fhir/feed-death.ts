import { isDay } from '#retention/calendar';
import { actorOf, type Caller } from '../caller/caller.js';
import { notFound, ProblemException } from '../problem.js';
import type { Resource } from './fhir-answer.js';
import type { FhirPorts } from './fhir-ports.js';
import { malformed } from './query-of.js';

/** `on`: YYYY-MM-DD; undefined: not dead. */
export type StatedDeath = Readonly<{ on: string | undefined }>;

const DATE_TIME = /^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:T[\d:.]{5,20}(?:Z|[+-]\d{2}:\d{2}))?$/;
const DAY_CHARACTERS = 10;
const DAY_MS = 86_400_000;

/**
 * What a Patient of FHIR R4 says of death. Undefined when it doesn't, or says that the patient is dead and not since which day. `nowMs`: since 1970. Throws
 * ProblemException where it isn't of its form, or says that somebody will be dead.
 */
export function deathIn(resource: Resource, nowMs: number): StatedDeath | undefined {
  const { deceasedBoolean: isDead, deceasedDateTime: time } = resource;
  if (isDead !== undefined && typeof isDead !== 'boolean')
    throw malformed('deceasedBoolean is no boolean.');
  if (isDead === false) return { on: undefined };
  if (time === undefined) return undefined;
  const day = typeof time === 'string' ? DATE_TIME.exec(time)?.[1] : undefined;
  if (day === undefined) throw malformed('deceasedDateTime is no time.');
  if (day.length < DAY_CHARACTERS) return undefined;
  const tomorrow = new Date(nowMs + DAY_MS).toISOString().slice(0, DAY_CHARACTERS);
  if (!isDay(day) || day > tomorrow) throw malformed('deceasedDateTime is no day of a death.');
  return { on: day };
}

type Fed = Readonly<{ caller: Caller; patient: string; death: StatedDeath | undefined }>;

/** Makes a fact of it, unless it is one already. Throws ProblemException when nothing can be kept of the patient any more. */
export async function feedDeath(
  { retention, newId }: FhirPorts,
  { caller, patient: subject, death }: Fed,
): Promise<void> {
  if (death === undefined) return;
  const data = { subject, source: caller.hospital };
  const { on } = death;
  const done = await retention.record(
    { id: newId(), actor: actorOf(caller) },
    on === undefined
      ? { type: 'DeathRetracted', data }
      : { type: 'DeathRecorded', data, personal: { date: on } },
  );
  if (!done.ok) throw new ProblemException(notFound());
}
