import type { PatientIdentifier } from '#archive/access/access-facts';
import {
  type PatientCommand,
  type PatientRefusal,
  patientDecider,
} from '#archive/identity/patient-decider';
import { type Demographics, patientStream } from '#archive/identity-events';
import type { Metadata } from '#events/event';
import { uuid5 } from '#events/uuid5';
import type { OpaqueIds } from '../opaque-ids.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { reachedFrom } from './move-people.js';
import { peopleOf } from './patient-people.js';
import { projectPatient } from './project-patient.js';

/** What commands about identity work with. */
export type IdentityPorts = FactPorts & Readonly<{ ids: Pick<OpaqueIds, 'patient'> }>;

/**
 * One thing that is said: `id` is a UUID that is the same when it is said again (a message's own id, hashed), `source` the code of the
 * organisation that says it, `reason` a code such as `A40` or `feed`, never free text.
 */
export type Said = Readonly<{ id: string; source: string; reason: string; metadata: Metadata }>;

/** too-many: the person would have more identifiers than anybody has. */
export type IdentityRefusal = PatientRefusal | 'too-many';
/** `changed`: something is new. */
export type IdentityOutcome =
  | Readonly<{ ok: true; changed: boolean }>
  | Readonly<{ ok: false; refusal: IdentityRefusal }>;

/** One human has some identifiers in each hospital; more is a mistake that would join a whole town. */
export const IDENTIFIERS_OF_PERSON_MAX = 1_000;
const NOTHING: IdentityOutcome = { ok: true, changed: false };

/** An identifier is known, and what its authority says of the person (HL7 A01, A04, A05, A08, A28, A31). The same again changes nothing. */
export function identifyPatient(
  ports: IdentityPorts,
  said: Said,
  { authority, value }: PatientIdentifier,
  demographics: Demographics,
): Promise<IdentityOutcome> {
  const patient = ports.ids.patient(authority, value);
  const { source } = said;
  return order(ports, said, { type: 'identify', patient, source, authority, value, demographics });
}

/** Whose records are looked at out of curiosity: each access to them is told. */
export function flagPatient(
  ports: IdentityPorts,
  said: Said,
  identifier: PatientIdentifier,
  vip: boolean,
): Promise<IdentityOutcome> {
  const patient = ports.ids.patient(identifier.authority, identifier.value);
  return order(ports, said, { type: 'flag', patient, vip, ...because(said) });
}

export type Pair = Readonly<{ patient: PatientIdentifier; other: PatientIdentifier }>;

/** Two identifiers are of one human (A24). The link is named by `said.id`. */
export async function linkIdentities(
  ports: IdentityPorts,
  said: Said,
  pair: Pair,
): Promise<IdentityOutcome> {
  const tied = await knownPair(ports, said, pair);
  if (!('patient' in tied)) return tied;
  return order(ports, said, { type: 'link', ...tied, link: said.id, ...because(said) });
}

/** One human had two identifiers: `other` isn't used any more (A40; A47 for an identifier that was changed). The merge is named by `said.id`. */
export async function mergeIdentities(
  ports: IdentityPorts,
  said: Said,
  pair: Pair,
): Promise<IdentityOutcome> {
  const tied = await knownPair(ports, said, pair);
  if (!('patient' in tied)) return tied;
  return order(ports, said, { type: 'merge', ...tied, merge: said.id, ...because(said) });
}

/** Takes a link back by its id: `patient` is the opaque id of the side that has the fact, as `tiesOf` tells. */
export const unlinkIdentities = (
  ports: IdentityPorts,
  said: Said,
  { patient, link }: Readonly<{ patient: string; link: string }>,
): Promise<IdentityOutcome> =>
  order(ports, said, { type: 'unlink', patient, link, ...because(said) });

/** Takes a merge back by its id: each is who it was. */
export const unmergeIdentities = (
  ports: IdentityPorts,
  said: Said,
  { patient, link: merge }: Readonly<{ patient: string; link: string }>,
): Promise<IdentityOutcome> =>
  order(ports, said, { type: 'unmerge', patient, merge, ...because(said) });

/** A link or merge that stands. */
export type StandingTie = Readonly<{
  link: string;
  kind: 'link' | 'merge';
  patient: string;
  other: string;
}>;

/** The links and merges that stand between two identifiers, whichever side has the fact. */
export async function tiesOf(
  { pool, ids }: IdentityPorts,
  { patient, other }: Pair,
): Promise<readonly StandingTie[]> {
  const { rows } = await pool.query(
    `select link, kind, patient, other from identity_links
     where stands and (patient, other) in (($1, $2), ($2, $1)) order by link`,
    [ids.patient(patient.authority, patient.value), ids.patient(other.authority, other.value)],
  );
  return rows;
}

/** Takes back all that stands between two identifiers, without their ids (A37): each fact by an id of its own. */
export async function partIdentities(
  ports: IdentityPorts,
  said: Said,
  pair: Pair,
): Promise<IdentityOutcome> {
  let changed = false;
  for (const tie of await tiesOf(ports, pair)) {
    const undo = tie.kind === 'link' ? unlinkIdentities : unmergeIdentities;
    const outcome = await undo(ports, { ...said, id: uuid5(said.id, tie.link) }, tie);
    if (!outcome.ok) return outcome;
    changed ||= outcome.changed;
  }
  return { ok: true, changed };
}

/** Makes sure that both are known, as the ids of one human may only join what has a row. */
const knownPair = async (
  ports: IdentityPorts,
  said: Said,
  pair: Pair,
): Promise<Readonly<{ patient: string; other: string }> | IdentityOutcome> => {
  const { pool, ids } = ports;
  const sides = [pair.patient, pair.other];
  const [patient = '', other = ''] = sides.map(({ authority, value }) =>
    ids.patient(authority, value),
  );
  if (patient === other) return { ok: false, refusal: 'itself' };
  const known = await peopleOf(pool, [patient, other]);
  for (const { authority, value } of sides) {
    const side = ids.patient(authority, value);
    const { source } = said;
    const named = { ...said, id: uuid5(said.id, side) };
    if (!known.has(side))
      await order(ports, named, { type: 'identify', patient: side, source, authority, value });
  }
  const reached = await reachedFrom(pool, [patient, other]);
  if (reached.length > IDENTIFIERS_OF_PERSON_MAX) return { ok: false, refusal: 'too-many' };
  return { patient, other };
};

const because = ({ source, reason }: Said) => ({ source, reason });

/** Decides on the stream of the command's patient and writes what follows. */
export async function order(
  ports: IdentityPorts,
  { id, metadata }: Pick<Said, 'id' | 'metadata'>,
  command: PatientCommand,
): Promise<IdentityOutcome> {
  const stream = patientStream(command.patient);
  const given = { id, stream, keyId: stream, command, metadata };
  const decision = await commitFacts(ports, patientDecider, given, projectPatient);
  if (!decision.ok) return decision;
  return decision.events.length === 0 ? NOTHING : { ok: true, changed: true };
}
