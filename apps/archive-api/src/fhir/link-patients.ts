import type { PatientIdentifier } from '#archive/access/access-facts';
import { AGENCY } from '#archive/access/agency';
import type { Caller } from '../caller/caller.js';
import { forbidden, ProblemException } from '../problem.js';
import { expectOk, saidBy } from './feed-patient.js';
import type { Resource } from './fhir-answer.js';
import type { FhirPorts } from './fhir-ports.js';
import { qualified } from './identifier-token.js';
import { malformed } from './query-of.js';

const PARAMETERS_MAX = 10;
const REASON = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

type Node = Readonly<Record<string, unknown>>;

/** A person decides that two identifiers are of one human (`$link`), or that they aren't (`$unlink`: all that stands between them is taken back). */
export async function linkPatients(
  ports: FhirPorts,
  { caller, body, act }: Readonly<{ caller: Caller; body: Resource; act: 'link' | 'part' }>,
): Promise<Resource> {
  const { patient, other, reason } = readPair(body);
  await requireBoth(ports, caller, [patient, other]);
  const said = saidBy(ports, caller, reason);
  const changed = await expectOk(ports.desk[act](said, { patient, other }));
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'changed', valueBoolean: changed },
      ...(act === 'link' ? [{ name: 'link', valueId: said.id }] : []),
    ],
  };
}

const readPair = ({ parameter }: Resource) => {
  if (!Array.isArray(parameter) || parameter.length > PARAMETERS_MAX)
    throw malformed('The body has no parameters, or too many.');
  const named = new Map(parameter.map((one: Node | null) => [one?.['name'], one]));
  const identifierIn = (name: string): PatientIdentifier => {
    const stated = (named.get(name)?.['valueIdentifier'] ?? {}) as Node;
    const found = qualified(stated['system'], stated['value']);
    if (found === undefined) throw malformed(`${name} is no identifier with system and value.`);
    return found;
  };
  const reason = named.get('reason')?.['valueCode'];
  if (typeof reason !== 'string' || !REASON.test(reason)) throw malformed('reason is no code.');
  return { patient: identifierIn('source'), other: identifierIn('target'), reason };
};

/** A hospital speaks for its own identifiers and those of the authorities that its settings name; between hospitals the agency decides. */
const requireBoth = async (
  { authoritiesOf }: FhirPorts,
  { hospital }: Caller,
  sides: readonly PatientIdentifier[],
): Promise<void> => {
  if (hospital === AGENCY) return;
  const { own, trusted } = await authoritiesOf(hospital);
  const isOwn = ({ authority }: PatientIdentifier) =>
    authority === own || authority.startsWith(`${hospital}/`);
  if (sides.some(isOwn) && sides.every((one) => isOwn(one) || trusted.has(one.authority))) return;
  throw new ProblemException(forbidden('The identifiers are of other authorities.'));
};
