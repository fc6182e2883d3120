import type { FoundPatient, PatientReach } from '#index/patient-finder';
import type { Caller } from '../caller/caller.js';
import { notFound, ProblemException, unknownDomain, unknownTarget } from '../problem.js';
import type { Resource } from './fhir-answer.js';
import { type FhirPorts, reachOfCaller, recordShown } from './fhir-ports.js';
import { identifierOf } from './identifier-token.js';
import { crossReferenceQuery, isId, patientQuery } from './patient-query.js';
import { patientResource } from './patient-resource.js';

/** `base`: where the FHIR root is, as this client reaches it. `url`: as it was asked for. */
export type Asked = Readonly<{ caller: Caller; url: string; base: string }>;

/** Finds patients by what is known of them (ITI-78): one entry for a person, with the identifiers that the caller may see. */
export async function queryPatients(
  ports: FhirPorts,
  { caller, url, base }: Asked,
): Promise<Resource> {
  const { criteria, count, after } = patientQuery(url);
  const reach = await reachOfCaller(ports, caller);
  const people = await ports.finder.people(criteria, reach, { limit: count + 1, after });
  const page = people.slice(0, count);
  const groups = await groupsOf(ports, page, reach);
  await recordShown(ports, caller, groups.flat());
  const self = new URL(url, `${base}/`);
  const link = [{ relation: 'self', url: `${base}/Patient${self.search}` }];
  if (people.length > count) {
    self.searchParams.set('_after', page.at(-1) ?? '');
    link.push({ relation: 'next', url: `${base}/Patient${self.search}` });
  }
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link,
    ...(groups.length > 0 && {
      entry: groups.map((group) => entryOf(group, base, { mode: 'match' })),
    }),
  };
}

/** One entry of a searchset: the person's first identifier, with all others of the group. */
export const entryOf = (
  group: readonly [FoundPatient, ...FoundPatient[]],
  base: string,
  search: Readonly<Record<string, unknown>>,
) => ({
  fullUrl: `${base}/Patient/${group[0].patient}`,
  resource: patientResource(group[0], group),
  search,
});

/** The identifiers of each person that may be shown, in the order of the persons; those that are in use first. */
export async function groupsOf(
  { finder }: FhirPorts,
  people: readonly string[],
  reach: PatientReach,
): Promise<readonly (readonly [FoundPatient, ...FoundPatient[]])[]> {
  if (people.length === 0) return [];
  const groups = Map.groupBy(await finder.identifiersOf(people, reach), ({ person }) => person);
  return people.flatMap((person) => {
    const own = groups.get(person) ?? [];
    const [first, ...rest] = own.toSorted(
      (a, b) => Number(a.survivor !== null) - Number(b.survivor !== null),
    );
    return first === undefined ? [] : [[first, ...rest] as const];
  });
}

/** One patient by the opaque id of an identifier. What isn't there and what the caller may not know of are the same. */
export async function readPatientById(
  ports: FhirPorts,
  caller: Caller,
  patient: string,
): Promise<Resource> {
  if (!isId(patient)) throw new ProblemException(notFound());
  const reach = await reachOfCaller(ports, caller);
  const [group = []] = await groupOfPatient(ports, patient, reach);
  const own = group.find((one) => one.patient === patient);
  if (own === undefined) throw new ProblemException(notFound());
  await recordShown(ports, caller, group);
  return patientResource(own, group);
}

const groupOfPatient = async (ports: FhirPorts, patient: string, reach: PatientReach) => {
  const criteria = { patients: [patient], names: [], birthDates: [], updated: [] };
  const people = await ports.finder.people(criteria, reach, { limit: 1, after: '' });
  return groupsOf(ports, people, reach);
};

/** The identifiers that a person has elsewhere (ITI-83). */
export async function crossReference(ports: FhirPorts, { caller, url }: Asked): Promise<Resource> {
  const { source, targets } = crossReferenceQuery(url);
  const reach = await reachOfCaller(ports, caller);
  const { authority, value } = source;
  const patient = ports.ids.patient(authority, value);
  const [group = []] = await groupOfPatient(ports, patient, reach);
  const own = group.find((one) => one.patient === patient);
  if (own === undefined) throw await unknownSource(ports, authority, reach);
  for (const target of targets)
    if (!(await isAuthority(ports, target, reach)))
      throw new ProblemException(unknownTarget('targetSystem not found'));
  await recordShown(ports, caller, group);
  const found = group.filter((one) =>
    targets.length === 0 ? one.patient !== patient : targets.includes(one.authority),
  );
  return {
    resourceType: 'Parameters',
    ...(found.length > 0 && { parameter: found.flatMap(targetOf) }),
  };
}

const targetOf = (patient: FoundPatient) => [
  { name: 'targetIdentifier', valueIdentifier: { use: 'official', ...identifierOf(patient) } },
  { name: 'targetId', valueReference: { reference: `Patient/${patient.patient}` } },
];

const unknownSource = async (ports: FhirPorts, authority: string, reach: PatientReach) =>
  (await isAuthority(ports, authority, reach))
    ? new ProblemException(notFound('sourceIdentifier Patient Identifier not found'))
    : new ProblemException(unknownDomain('sourceIdentifier Assigning Authority not found'));

/** Whether an authority is one that this caller may know of; that others have patients of it says nothing to them. */
const isAuthority = async (
  { finder }: FhirPorts,
  authority: string,
  { of }: PatientReach,
): Promise<boolean> =>
  of === 'all'
    ? finder.knows(authority)
    : [of.own, ...of.authorities].includes(authority) || authority.startsWith(`${of.hospital}/`);
