import type { PatientIdentifier } from '#archive/access/access-facts';
import { type PatientCommand, patientDecider } from '#archive/identity/patient-decider';
import { type Demographics, patientStream } from '#archive/identity-events';
import { uuid5 } from '#events/uuid5';
import type { IdentityOutcome, Pair, Said, StandingTie } from '../identity-desk.js';
import type { OpaqueIds } from '../opaque-ids.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { reachedFrom } from './move-people.js';
import { peopleOf } from './patient-people.js';
import { projectPatient } from './project-patient.js';

/** What commands about identity work with. */
export type IdentityPorts = FactPorts & Readonly<{ ids: Pick<OpaqueIds, 'patient'> }>;

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

/** The links and merges of one identifier that stand, whichever side has the fact. */
export async function tiesOf(
  { pool, ids }: IdentityPorts,
  { authority, value }: PatientIdentifier,
): Promise<readonly StandingTie[]> {
  const { rows } = await pool.query(
    `select link, kind, patient, other, source, reason from identity_links
     where stands and (patient = $1 or other = $1) order by link`,
    [ids.patient(authority, value)],
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
  const other = ports.ids.patient(pair.other.authority, pair.other.value);
  for (const tie of await tiesOf(ports, pair.patient)) {
    if (![tie.patient, tie.other].includes(other)) continue;
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
