import { authorityOfSystem } from '#archive/identity/authority-system';
import type { Comparison, PatientCriteria } from '#index/patient-finder';
import { identifierToken } from './identifier-token.js';
import { malformed, queryOf } from './query-of.js';

const COUNT_DEFAULT = 20;
const COUNT_MAX = 50;
const NAME_CHARACTERS_MIN = 2;
const DATE = /^(eq|ge|gt|le|lt)?(\d{4}(?:-\d\d(?:-\d\d)?)?)$/;
const INSTANT =
  /^(eq|ge|gt|le|lt)?([12]\d{3}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))?)$/;
const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F', other: 'O', unknown: '' };
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** A search for patients (ITI-78); `after`: the opaque person that the page before ended with. */
export type PatientQuery = Readonly<{ criteria: PatientCriteria; count: number; after: string }>;

type Draft = {
  patients?: string[];
  identifiers?: { authority?: string; value: string }[];
  names: PatientCriteria['names'][number][];
  birthDates: PatientCriteria['birthDates'][number][];
  sexes?: string[];
  updated: PatientCriteria['updated'][number][];
};

/**
 * Reads the parameters of FHIR's search (R4 §3.1.1). One that isn't known is refused, so that no answer is broader than was asked for; a search
 * names an identifier, an id, or two letters of a name at least. Throws ProblemException.
 */
export function patientQuery(url: string): PatientQuery {
  const draft: Draft = { names: [], birthDates: [], updated: [] };
  const page = { count: COUNT_DEFAULT, after: '' };
  for (const [name, value] of queryOf(url)) {
    if (name === '_count') page.count = countOf(value);
    else if (name === '_after') page.after = idOf(value);
    else if (name !== '_format' && name !== '_pretty') add(draft, name, value);
  }
  const { patients, identifiers, names } = draft;
  if (!patients && !identifiers && names.length === 0)
    throw malformed('A search needs an identifier, an _id, or a name.');
  return { criteria: draft, ...page };
}

function add(draft: Draft, name: string, value: string): void {
  switch (name) {
    case '_id':
      draft.patients = [...(draft.patients ?? []), ...value.split(',').map(idOf)];
      return;
    case 'identifier':
      draft.identifiers = [...(draft.identifiers ?? []), ...value.split(',').map(identifierOf)];
      return;
    case 'family':
    case 'given':
    case 'family:exact':
    case 'given:exact':
      draft.names.push(nameOf(name, value));
      return;
    case 'birthdate':
      draft.birthDates.push(birthDateOf(value));
      return;
    case 'gender':
      draft.sexes = value.split(',').map(sexOf);
      return;
    case '_lastUpdated':
      draft.updated.push(instantOf(value));
      return;
    default:
      throw malformed('A parameter is not known here: see /fhir/metadata for those that are.');
  }
}

const countOf = (value: string): number => {
  const count = Number(value);
  if (!/^\d{1,6}$/.test(value) || count < 1) throw malformed('_count is no number above 0.');
  return Math.min(count, COUNT_MAX);
};

/** Whether a text can be the id of a resource (FHIR R4 §2.24.0.1). */
export const isId = (text: string): boolean => ID.test(text);

const idOf = (value: string): string => {
  if (!isId(value)) throw malformed('An id has a wrong form.');
  return value;
};

/** `system|value`, or `value` of any system. */
const identifierOf = (text: string): Readonly<{ authority?: string; value: string }> => {
  if (text.includes('|')) return identifierToken(text, 'identifier');
  const value = text.trim();
  if (value === '') throw malformed('identifier is empty.');
  return { value };
};

const nameOf = (parameter: string, value: string): Draft['names'][number] => {
  const text = value.trim();
  const exact = parameter.endsWith(':exact');
  const kind = parameter.startsWith('family') ? 'family' : 'given';
  const isScriptOfLetters = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(text);
  if (text === '' || (!exact && isScriptOfLetters && [...text].length < NAME_CHARACTERS_MIN))
    throw malformed(`A name needs ${NAME_CHARACTERS_MIN} letters at least.`);
  return { kind, text, exact };
};

const birthDateOf = (value: string): Draft['birthDates'][number] => {
  const [, comparison = 'eq', date] = DATE.exec(value) ?? [];
  if (date === undefined) throw malformed('birthdate is no date.');
  return { comparison: comparison as Comparison, date: date.replaceAll('-', '') };
};

const instantOf = (value: string): Draft['updated'][number] => {
  const [, comparison = 'eq', instant] = INSTANT.exec(value) ?? [];
  const ms = Date.parse(instant ?? '');
  if (Number.isNaN(ms)) throw malformed('_lastUpdated is no instant.');
  return { comparison: comparison as Comparison, instant: new Date(ms).toISOString() };
};

const sexOf = (value: string): string => {
  const sex = SEXES[value];
  if (sex === undefined) throw malformed('gender is no code of administrative-gender.');
  return sex;
};

/** What ITI-83 is asked with. Throws ProblemException. */
export function crossReferenceQuery(url: string) {
  const parameters = queryOf(url);
  const valuesOf = (name: string) =>
    parameters.flatMap(([own, value]) => (own === name ? [value] : []));
  const [source, ...more] = valuesOf('sourceIdentifier');
  if (source === undefined || more.length > 0)
    throw malformed('There must be one sourceIdentifier.');
  const targets = valuesOf('targetSystem').map((system) => {
    const authority = authorityOfSystem(system);
    if (authority === undefined || authority === '') throw malformed('A targetSystem is no URI.');
    return authority;
  });
  return { source: identifierToken(source, 'sourceIdentifier'), targets };
}
