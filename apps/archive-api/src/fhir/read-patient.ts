import type { PatientIdentifier } from '#archive/access/access-facts';
import type { Demographics, PatientName } from '#archive/identity-events';
import type { Resource } from './fhir-answer.js';
import { qualified } from './identifier-token.js';
import { malformed } from './query-of.js';

const IDENTIFIERS_MAX = 100;
const NAMES_MAX = 20;
const GIVEN_MAX = 10;
const NAME_CHARACTERS_MAX = 256;
const DATE = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/;
const SEX_OF: Readonly<Record<string, string>> = {
  male: 'M',
  female: 'F',
  other: 'O',
  unknown: '',
};
const SCRIPT_OF: Readonly<Record<string, PatientName['script']>> = {
  ABC: 'alphabetic',
  IDE: 'ideographic',
  SYL: 'phonetic',
};

/** What a Patient of FHIR R4 says of identity. `replacedBy`: who survives a merge, by an identifier or by an opaque id. */
export type StatedPatientResource = Readonly<{
  identifiers: readonly PatientIdentifier[];
  demographics: Demographics;
  active: boolean;
  replacedBy: PatientIdentifier | Readonly<{ patient: string }> | undefined;
}>;

type Node = Readonly<Record<string, unknown>>;

/** Reads a Patient; what it says of other things (addresses, contacts) is left aside. Throws ProblemException where it isn't of its form. */
export function readPatient(resource: Resource): StatedPatientResource {
  const { identifier, name, gender, birthDate, active, link } = resource;
  if (active !== undefined && typeof active !== 'boolean') throw malformed('active is no boolean.');
  return {
    identifiers: nodes(identifier, 'identifier', IDENTIFIERS_MAX).flatMap(identifierIn),
    demographics: {
      names: nodes(name, 'name', NAMES_MAX).flatMap(nameIn),
      birthDate: birthDateIn(birthDate),
      sex: sexIn(gender),
    },
    active: active !== false,
    replacedBy: nodes(link, 'link', IDENTIFIERS_MAX).map(replacementIn).find(Boolean),
  };
}

const nodes = (value: unknown, field: string, countMax: number): readonly Node[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > countMax || !value.every(isNode))
    throw malformed(`${field} is no list of at most ${countMax} elements.`);
  return value;
};

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An identifier without a system is of nobody's making: it is left aside. */
const identifierIn = ({ system, value, use }: Node): readonly PatientIdentifier[] => {
  if (system === undefined || value === undefined || use === 'old') return [];
  const found = qualified(system, value);
  if (found === undefined) throw malformed('An identifier has a system or value of a wrong form.');
  return [found];
};

const nameIn = ({ family, given, extension, use }: Node): readonly PatientName[] => {
  if (use === 'old') return [];
  const parts = [family ?? '', ...listOf(given)];
  if (parts.length > GIVEN_MAX || !parts.every(isNamePart))
    throw malformed('A name has parts that are no text, or too many, or too long.');
  const [own = '', ...rest] = parts.map((part) => part.trim());
  const first = { script: scriptIn(extension), family: own, given: rest.filter(Boolean) };
  return own === '' && first.given.length === 0 ? [] : [first];
};

const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

const isNamePart = (part: unknown): part is string =>
  typeof part === 'string' && part.length <= NAME_CHARACTERS_MAX && !/\p{Cc}|\p{Cs}/u.test(part);

const scriptIn = (extension: unknown): PatientName['script'] => {
  const codes = listOf(extension).flatMap((one) => (isNode(one) ? String(one['valueCode']) : []));
  return (
    codes.map((code) => SCRIPT_OF[code]).find((script) => script !== undefined) ?? 'alphabetic'
  );
};

const birthDateIn = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value !== 'string' || !DATE.test(value)) throw malformed('birthDate is no date.');
  return value.replaceAll('-', '');
};

const sexIn = (gender: unknown): string => {
  if (gender === undefined) return '';
  const sex = SEX_OF[String(gender)];
  if (sex === undefined) throw malformed('gender is no code of administrative-gender.');
  return sex;
};

const REFERENCE = /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})$/;

const replacementIn = ({ type, other }: Node): StatedPatientResource['replacedBy'] => {
  if (type !== 'replaced-by' || !isNode(other)) return undefined;
  const { identifier, reference } = other;
  const named = isNode(identifier)
    ? qualified(identifier['system'], identifier['value'])
    : undefined;
  const patient = typeof reference === 'string' ? REFERENCE.exec(reference)?.[1] : undefined;
  if (named !== undefined) return named;
  if (patient === undefined) throw malformed('link.other names no patient.');
  return { patient };
};
