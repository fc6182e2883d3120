import type { AccessQuery } from '#evidence/access-query';
import type { Caller } from '../caller/caller.js';
import { identifierToken } from '../fhir/identifier-token.js';
import { malformed, queryOf } from '../fhir/query-of.js';
import { openAccessCursor } from './audit-cursor.js';
import { isWithin, type Period, periodOf } from './audit-period.js';
import { type AuditPorts, auditReachOf } from './audit-ports.js';

const COUNT_DEFAULT = 100;
const COUNT_MAX = 500;
const OPAQUE = /^[0-9a-f]{32}$/;

/** Actions of DICOM PS3.15 §A.5.2 as a resource has them, and what they stand for here. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  R: ['read-metadata', 'retrieve', 'export'],
  E: ['search'],
  C: ['store'],
};

/** Outcomes of DICOM PS3.15 §A.5.2. */
const OUTCOMES: Readonly<Record<string, 'permit' | 'deny'>> = { '0': 'permit', '4': 'deny' };

type Parameters = ReadonlyMap<string, readonly string[]>;

/** The query of ITI-81 (search of AuditEvent): a time or a patient must be named. Throws ProblemException for what it doesn't know. */
export async function auditEventQuery(
  ports: AuditPorts,
  caller: Caller,
  url: string,
): Promise<AccessQuery> {
  const parameters = Map.groupBy(queryOf(url), ([name]) => name);
  const named: Parameters = new Map(
    [...parameters].map(([name, values]) => [name, values.map(([, value]) => value)]),
  );
  for (const name of named.keys())
    if (!KNOWN.has(name)) throw malformed('A parameter is not known.');
  const persons = await personsOf(ports, named);
  const period = periodOf(named.get('date') ?? []);
  if (persons === undefined && !isWithin(period))
    throw malformed('A search needs a date, or a patient.');
  return { reach: auditReachOf(caller), ...(persons && { persons }), ...period, ...restOf(named) };
}

const KNOWN = new Set([
  ...['patient', 'patient.identifier', 'date', 'entity', 'agent', 'action', 'outcome'],
  ...['_count', '_after', '_format'],
]);

async function personsOf(
  { ids, personOf }: AuditPorts,
  named: Parameters,
): Promise<readonly string[] | undefined> {
  const identifier = one(named, 'patient.identifier');
  const reference = one(named, 'patient');
  if (identifier !== undefined) {
    const { authority, value } = identifierToken(identifier, 'patient.identifier');
    return [await personOf(ids.patient(authority, value))];
  }
  return reference === undefined ? undefined : [await personOf(opaque(reference, 'patient'))];
}

function restOf(named: Parameters): Omit<AccessQuery, 'reach' | keyof Period> {
  const agent = one(named, 'agent');
  const entity = one(named, 'entity');
  const after = one(named, '_after');
  const cursor = after === undefined ? undefined : openAccessCursor(after);
  if (after !== undefined && cursor === undefined) throw malformed('_after is not of this server.');
  const actions = choice(named, 'action', ACTIONS);
  const outcome = choice(named, 'outcome', OUTCOMES);
  return {
    ...(agent && { actor: opaque(agent, 'agent') }),
    ...(entity && { claim: opaque(entity, 'entity') }),
    ...(actions && { actions }),
    ...(outcome && { outcome }),
    ...(cursor && { after: cursor }),
    limit: countOf(one(named, '_count')),
  };
}

function one(named: Parameters, name: string): string | undefined {
  const values = named.get(name) ?? [];
  if (values.length > 1) throw malformed(`${name} is given twice.`);
  return values[0];
}

/** An opaque id, alone or behind the type that it is of. */
function opaque(text: string, name: string): string {
  const id = text.slice(text.lastIndexOf('/') + 1);
  if (!OPAQUE.test(id)) throw malformed(`${name} is no id of this server.`);
  return id;
}

function choice<T>(
  named: Parameters,
  name: string,
  known: Readonly<Record<string, T>>,
): T | undefined {
  const value = one(named, name);
  if (value === undefined) return undefined;
  const found = Object.hasOwn(known, value) ? known[value] : undefined;
  if (found === undefined) throw malformed(`${name} has a value that is not known.`);
  return found;
}

function countOf(text = String(COUNT_DEFAULT)): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw malformed('_count is no number above 0.');
  return Math.min(Number(text), COUNT_MAX);
}
