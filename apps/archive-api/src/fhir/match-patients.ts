import { type MatchGrade, matchGrade, matchScore } from '#archive/identity/match-score';
import type { Demographics } from '#archive/identity-events';
import { foldName } from '#index/header-json';
import type { FoundPatient, PatientCriteria, PatientReach } from '#index/patient-finder';
import type { Caller } from '../caller/caller.js';
import type { Resource } from './fhir-answer.js';
import { type FhirPorts, reachOfCaller, recordShown } from './fhir-ports.js';
import { malformed } from './query-of.js';
import { entryOf, groupsOf } from './query-patients.js';
import { readPatient, type StatedPatientResource } from './read-patient.js';

const CANDIDATES_MAX = 200;
const COUNT_DEFAULT = 10;
const COUNT_MAX = 50;
const PARAMETERS_MAX = 10;
/** FHIR R4, Patient operation $match: how sure each match is. */
const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';

/**
 * Who might be meant by a Patient (FHIR R4 `$match`, ITI-119): scored by name, birth date, sex and identifiers. Only an identifier that is the same
 * makes a match certain: by demographics alone nobody is taken for somebody.
 */
export async function matchPatients(
  ports: FhirPorts,
  { caller, body, base }: Readonly<{ caller: Caller; body: Resource; base: string }>,
): Promise<Resource> {
  const { stated, onlyCertain, count } = readMatch(body);
  const reach = await reachOfCaller(ports, caller);
  const people = await candidates(ports, stated, reach);
  const groups = await groupsOf(ports, people, reach);
  const matches = groups
    .map((group) => ({ group, ...graded(stated, group) }))
    .filter(({ grade }) => grade !== 'certainly-not' && (!onlyCertain || grade === 'certain'))
    .sort((a, b) => b.score - a.score)
    .slice(0, onlyCertain ? 1 : count);
  const isAmbiguous =
    onlyCertain && groups.filter((group) => graded(stated, group).grade === 'certain').length > 1;
  const shown = isAmbiguous ? [] : matches;
  await recordShown(
    ports,
    caller,
    shown.flatMap(({ group }) => group),
  );
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: shown.length,
    ...(shown.length > 0 && {
      entry: shown.map(({ group, score, grade }) =>
        entryOf(group, base, {
          extension: [{ url: MATCH_GRADE, valueCode: grade }],
          mode: 'match',
          score,
        }),
      ),
    }),
  };
}

type Node = Readonly<Record<string, unknown>>;

function readMatch({ parameter }: Resource) {
  if (!Array.isArray(parameter) || parameter.length > PARAMETERS_MAX)
    throw malformed('The body has no parameters, or too many.');
  const named = new Map(parameter.map((one: Node | null) => [one?.['name'], one]));
  const resource = named.get('resource')?.['resource'] as Resource | undefined;
  if (resource?.resourceType !== 'Patient')
    throw malformed('The parameter resource is no Patient.');
  const count = named.get('count')?.['valueInteger'] ?? COUNT_DEFAULT;
  if (!Number.isInteger(count) || Number(count) < 1) throw malformed('count is no number above 0.');
  return {
    stated: readPatient(resource),
    onlyCertain: named.get('onlyCertainMatches')?.['valueBoolean'] === true,
    count: Math.min(Number(count), COUNT_MAX),
  };
}

/** Who has one of the identifiers, or the family name and birth date as far as both are stated. */
const candidates = async (
  { finder }: FhirPorts,
  { identifiers, demographics }: StatedPatientResource,
  reach: PatientReach,
): Promise<readonly string[]> => {
  const { names, birthDate } = demographics;
  const family = names.map((name) => name.family).find((text) => text !== '');
  if (identifiers.length === 0 && family === undefined)
    throw malformed('A match needs an identifier or a family name.');
  const page = { limit: CANDIDATES_MAX, after: '' };
  const none = { names: [], birthDates: [], updated: [] };
  const byIdentifier: PatientCriteria = { ...none, identifiers };
  const byName: PatientCriteria = {
    ...none,
    names: [{ kind: 'family', text: family ?? '', exact: false }],
    ...(birthDate !== '' && {
      birthDates: [{ comparison: 'eq', date: birthDate.slice(0, 4) }],
    }),
  };
  const found = await Promise.all([
    identifiers.length > 0 ? finder.people(byIdentifier, reach, page) : [],
    family === undefined ? [] : finder.people(byName, reach, page),
  ]);
  return [...new Set(found.flat())].slice(0, CANDIDATES_MAX);
};

const graded = (
  { identifiers, demographics }: StatedPatientResource,
  group: readonly FoundPatient[],
): Readonly<{ score: number; grade: MatchGrade }> => {
  const isSame = group.some(({ authority, value }) =>
    identifiers.some((one) => one.authority === authority && one.value === value),
  );
  const scores = group.map((one) => matchScore(folded(demographics), folded(one.demographics)));
  const score = isSame ? 1 : Math.max(...scores);
  return { score, grade: matchGrade(score, isSame) };
};

const folded = (demographics: Demographics): Demographics => ({
  ...demographics,
  names: demographics.names.map((name) => ({
    ...name,
    family: foldName(name.family),
    given: name.given.map(foldName),
  })),
});
