import type { PatientIdentifier } from '#archive/access/access-facts';
import { AGENCY } from '#archive/access/agency';
import type { IdentityOutcome, Said } from '#index/identity-desk';
import type { PatientReach } from '#index/patient-finder';
import { actorOf, type Caller } from '../caller/caller.js';
import { badRequest, forbidden, identityConflict, ProblemException } from '../problem.js';
import { deathIn, feedDeath } from './feed-death.js';
import type { Resource } from './fhir-answer.js';
import type { FhirPorts } from './fhir-ports.js';
import { identifierToken } from './identifier-token.js';
import { malformed, queryOf } from './query-of.js';
import { groupsOf, readPatientById } from './query-patients.js';
import { readPatient, type StatedPatientResource } from './read-patient.js';

const FEED = 'feed';
const EVERYBODY: PatientReach = { of: 'all' };

export type Fed = Readonly<{ caller: Caller; url: string; body: Resource }>;

/**
 * The identity feed (ITI-104): a Patient by its identifier, created or updated whole. Identifiers of other authorities that the hospital may speak
 * for are linked to it, and those that it had linked before and doesn't name any more are parted. An inactive one that is replaced by another is
 * merged into it. Answers with the Patient, and whether it is new.
 */
export async function feedPatient(
  ports: FhirPorts,
  { caller, url, body }: Fed,
): Promise<Readonly<{ resource: Resource; created: boolean }>> {
  const own = identifierIn(url);
  const stated = readPatient(body);
  const death = deathIn(body, ports.wallMs());
  if (!stated.identifiers.some((one) => isSame(one, own)))
    throw malformed('The Patient does not have the identifier of the address.');
  await requireAuthority(ports, caller, own);
  const patient = ports.ids.patient(own.authority, own.value);
  const before = await knownBefore(ports, patient);
  await expectOk(ports.desk.identify(saidBy(ports, caller), own, stated.demographics));
  await replace(ports, { caller, own, stated });
  await linkOthers(ports, { caller, own, stated });
  await feedDeath(ports, { caller, patient, death });
  const resource = await readPatientById(ports, caller, patient);
  return { resource, created: !before };
}

type Feeding = Readonly<{
  caller: Caller;
  own: PatientIdentifier;
  stated: StatedPatientResource;
}>;

const isSame = (one: PatientIdentifier, two: PatientIdentifier) =>
  one.authority === two.authority && one.value === two.value;

const identifierIn = (url: string): PatientIdentifier => {
  const parameters = queryOf(url).filter(([name]) => name !== '_format');
  const [first] = parameters;
  if (parameters.length !== 1 || first?.[0] !== 'identifier')
    throw malformed('The address needs one identifier: ?identifier=system|value.');
  return identifierToken(first[1], 'identifier');
};

/** Only whose identifier it is may say anything of it: the hospital whose authority assigned it, or the agency. */
export async function requireAuthority(
  { authoritiesOf }: FhirPorts,
  { hospital }: Caller,
  { authority }: PatientIdentifier,
): Promise<void> {
  if (hospital === AGENCY) return;
  const { own } = await authoritiesOf(hospital);
  if (authority !== own && !authority.startsWith(`${hospital}/`))
    throw new ProblemException(forbidden('The identifier was assigned by another authority.'));
}

/** Something new that a caller says. */
export const saidBy = ({ newId }: FhirPorts, caller: Caller, reason = FEED): Said => {
  const id = newId();
  const metadata = { actor: actorOf(caller), correlationId: id, causationId: id };
  return { id, source: caller.hospital, reason, metadata };
};

const REFUSED = {
  itself: 'An identifier is named on both sides.',
  unknown: 'There is nothing to take back.',
  undone: 'It was taken back before.',
  otherwise: 'The id stands for something else.',
  'too-many': 'The person would have more identifiers than anybody has.',
} as const;

/** Throws the ProblemException of a refusal. */
export async function expectOk(outcome: Promise<IdentityOutcome>): Promise<boolean> {
  const done = await outcome;
  if (!done.ok) throw new ProblemException(identityConflict(REFUSED[done.refusal]));
  return done.changed;
}

const knownBefore = async (ports: FhirPorts, patient: string): Promise<boolean> => {
  const criteria = { patients: [patient], names: [], birthDates: [], updated: [] };
  return (await ports.finder.people(criteria, EVERYBODY, { limit: 1, after: '' })).length > 0;
};

/** ITI-104, resolving a duplicate: an inactive Patient that is replaced by another. That it is active again must be said by parting them. */
const replace = async (ports: FhirPorts, { caller, own, stated }: Feeding): Promise<void> => {
  const { replacedBy, active } = stated;
  if (replacedBy === undefined) return;
  if (active) throw malformed('A Patient that is replaced by another is not active.');
  const survivor =
    'patient' in replacedBy ? await identifierOfId(ports, replacedBy.patient) : replacedBy;
  await requireAuthority(ports, caller, survivor);
  const [patient, other] = [survivor, own].map(({ authority, value }) =>
    ports.ids.patient(authority, value),
  );
  const ties = await ports.desk.tiesOf(own);
  if (ties.some((tie) => tie.kind === 'merge' && tie.patient === patient && tie.other === other))
    return;
  const pair = { patient: survivor, other: own };
  await expectOk(ports.desk.merge(saidBy(ports, caller, 'replaced-by'), pair));
};

const identifierOfId = async (ports: FhirPorts, patient: string): Promise<PatientIdentifier> => {
  const criteria = { patients: [patient], names: [], birthDates: [], updated: [] };
  const people = await ports.finder.people(criteria, EVERYBODY, { limit: 1, after: '' });
  const [group = []] = await groupsOf(ports, people, EVERYBODY);
  const found = group.find((one) => one.patient === patient);
  if (found === undefined) throw new ProblemException(badRequest('link.other is not known.'));
  return found;
};

/** The feed says the whole of a Patient: what it linked before and doesn't name now is parted. Links of others stay. */
const linkOthers = async (ports: FhirPorts, { caller, own, stated }: Feeding): Promise<void> => {
  const { own: assigned, trusted } = await ports.authoritiesOf(caller.hospital);
  const mayName = ({ authority }: PatientIdentifier) =>
    authority === assigned || trusted.has(authority) || caller.hospital === AGENCY;
  const named = stated.identifiers.filter((one) => !isSame(one, own) && mayName(one));
  const wanted = new Map(
    named.map((one) => [ports.ids.patient(one.authority, one.value), one] as const),
  );
  const self = ports.ids.patient(own.authority, own.value);
  const ties = await ports.desk.tiesOf(own);
  const otherOf = (tie: (typeof ties)[number]) => (tie.patient === self ? tie.other : tie.patient);
  for (const tie of ties) {
    const isOurs = tie.kind === 'link' && tie.reason === FEED && tie.source === caller.hospital;
    if (isOurs && tie.patient === self && !wanted.has(tie.other))
      await expectOk(ports.desk.unlink(saidBy(ports, caller), tie));
  }
  const tied = new Set(ties.map(otherOf));
  for (const [other, identifier] of wanted)
    if (!tied.has(other))
      await expectOk(ports.desk.link(saidBy(ports, caller), { patient: own, other: identifier }));
};
