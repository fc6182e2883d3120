import { isUid } from '#dicom/uid';
import { type HeaderJson, textOf } from '#index/header-json';

/** A Coding of FHIR. */
export type Coding = Readonly<{ system?: string; code?: string; display?: string }>;

const CODES_MAX = 100;
const STRING_CHARACTERS_MAX = 1_024;
/** Designators of coding schemes (PS3.16 Table 8-1) and how FHIR calls them. */
const SYSTEMS: Readonly<Record<string, string>> = {
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  LN: 'http://loinc.org',
  RADLEX: 'http://radlex.org',
  RADELEMENT: 'http://www.radelement.org',
  SCT: 'http://snomed.info/sct',
  I10: 'http://hl7.org/fhir/sid/icd-10',
};

/** A text as FHIR's string and code take it: no ends and runs of blanks, no control characters. Undefined when nothing is left. */
export function plainText(text: string): string | undefined {
  const plain = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, STRING_CHARACTERS_MAX)
    .toWellFormed();
  return plain === '' ? undefined : plain;
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** An object without what is undefined. */
export const known = <T extends Readonly<Record<string, unknown>>>(parts: T): Known<T> =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Known<T>;

/** A person name as it is read aloud: given names before family names; of several groups the first. */
export function readableName(name: string): string | undefined {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = (
    name.split('=').find((group) => group !== '') ?? ''
  ).split('^');
  return plainText([prefix, given, middle, family, suffix].join(' '));
}

/** Codes of a code sequence (PS3.3 §8.8), each as a CodeableConcept. */
export const conceptsIn = (
  header: HeaderJson,
  sequence: string,
): readonly Readonly<{ coding: readonly Coding[] }>[] =>
  (header[sequence]?.Value ?? []).slice(0, CODES_MAX).flatMap((item) => {
    const coding = codingIn((item ?? {}) as HeaderJson);
    return coding.code === undefined && coding.display === undefined ? [] : [{ coding: [coding] }];
  });

const codingIn = (item: HeaderJson): Coding => {
  const code = ['00080100', '00080119', '00080120'].map((tag) => textOf(item, tag)).find(Boolean);
  const designator = textOf(item, '00080102').trim().toUpperCase();
  const uid = textOf(item, '0008010C').trim();
  const system = SYSTEMS[designator] ?? (isUid(uid) ? `urn:oid:${uid}` : undefined);
  const display = plainText(textOf(item, '00080104'));
  return known({ system, code: plainText(code ?? ''), display });
};

const NUMBER_MAX = 2 ** 31 - 1;

/** A number as FHIR's unsignedInt takes it. */
export const unsigned = (number: number | null): number | undefined =>
  number !== null && Number.isInteger(number) && number >= 0 && number <= NUMBER_MAX
    ? number
    : undefined;
