import { type HeaderJson, textOf } from '#index/header-json';
import type { FoundPatient, PatientReach } from '#index/patient-finder';
import type { StudyFound } from '#index/search-plan';
import type { Caller } from '../../caller/caller.js';
import type { FhirPorts } from '../fhir-ports.js';
import { malformed } from '../query-of.js';
import { groupsOf } from '../query-patients.js';
import { plainText } from './dicom-words.js';
import type { PatientNamed } from './imaging-query.js';
import type { ClaimShown } from './imaging-rows.js';
import type { Subject } from './imaging-study-resource.js';

/** Persons that one name may stand for; more are nobody's timeline. */
const PEOPLE_MAX = 50;
/** Names that one search may give. */
const NAMED_MAX = 20;

/** Who is meant: opaque persons, and under which identifier each was asked for. */
export type PeopleMeant = Readonly<{
  people: readonly string[];
  asked: ReadonlyMap<string, string>;
}>;

/**
 * The persons whom a search names, as far as the caller may know of them under that name. Each list must fit: who is named in all of them is
 * meant. Undefined when it names nobody.
 */
export async function peopleMeant(
  ports: FhirPorts,
  reach: PatientReach,
  lists: readonly (readonly PatientNamed[])[],
): Promise<PeopleMeant | undefined> {
  const all = lists.flatMap((list, at) => list.map((named) => ({ named, at })));
  if (all.length === 0) return undefined;
  if (all.length > NAMED_MAX) throw malformed('Too many patients are named.');
  const found = lists.map(() => new Set<string>());
  const asked = new Map<string, string>();
  for (const { named, at } of all)
    for (const person of await peopleNamed(ports, reach, named)) {
      found[at]?.add(person);
      const patient = patientOf(ports, named);
      if (patient !== undefined && !asked.has(person)) asked.set(person, patient);
    }
  const [first = new Set<string>(), ...others] = found;
  return { people: [...first].filter((person) => others.every((set) => set.has(person))), asked };
}

const patientOf = ({ ids }: Pick<FhirPorts, 'ids'>, named: PatientNamed): string | undefined => {
  if ('patient' in named) return named.patient;
  return named.authority === undefined ? undefined : ids.patient(named.authority, named.value);
};

const peopleNamed = ({ finder }: FhirPorts, reach: PatientReach, named: PatientNamed) => {
  const none = { names: [], birthDates: [], updated: [] };
  const by = 'patient' in named ? { patients: [named.patient] } : { identifiers: [named] };
  return finder.people({ ...none, ...by }, reach, { limit: PEOPLE_MAX, after: '' });
};

/** The people of a page, each under one identifier. */
export type PeopleShown = ReadonlyMap<
  string,
  Readonly<{ first: FoundPatient; group: readonly FoundPatient[] }>
>;

/** Under the identifier that was asked for, else their own one of the caller, else the first that the caller may see. */
export async function peopleShown(
  ports: FhirPorts,
  { caller, reach }: Readonly<{ caller: Caller; reach: PatientReach }>,
  { people, asked }: PeopleMeant,
): Promise<PeopleShown> {
  const groups = await groupsOf(ports, people, reach);
  return new Map(
    groups.map((group) => {
      const [fallback] = group;
      const wanted = asked.get(fallback.person) ?? caller.patient;
      const first = group.find(({ patient }) => patient === wanted) ?? fallback;
      return [first.person, { first, group }];
    }),
  );
}

/** Whom a study is of: one Patient for all studies of a person. Where the caller may see no identifier of theirs, what the study itself calls them. */
export function subjectOf(
  { study_json }: StudyFound,
  held: ClaimShown,
  shown: PeopleShown,
): Subject {
  const known = shown.get(held.person);
  if (known !== undefined) return { type: 'Patient', reference: `Patient/${known.first.patient}` };
  const value = plainText(textOf(JSON.parse(study_json) as HeaderJson, '00100020'));
  return value === undefined
    ? { type: 'Patient', display: 'not named' }
    : { type: 'Patient', identifier: { value } };
}
