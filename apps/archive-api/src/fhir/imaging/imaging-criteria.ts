import { isUid } from '#dicom/uid';
import type { SearchMatch } from '#dicomweb/search-query';
import type { SiteFilter, StudyFilter } from '#index/search-filter';
import { identifierToken } from '../identifier-token.js';
import { isId } from '../patient-query.js';
import { malformed } from '../query-of.js';
import { hospitalOfAccession } from './accession-system.js';
import { type SiteTerms, siteFilter } from './body-site.js';
import type { PatientNamed } from './imaging-query.js';
import { type SearchParameter, type Token, tokenIn } from './search-parameter.js';
import { startedRange } from './started-range.js';

const DICOM_UID = 'urn:dicom:uid';
export const DICOM_CODES = 'http://dicom.nema.org/resources/ontology/DCM';
const STATUS_SYSTEM = 'http://hl7.org/fhir/imagingstudy-status';
const AVAILABLE = 'available';
/** A study of DICOM has texts of at most this length where they are searched for by value. */
const TEXT_CHARACTERS_MAX = 128;

/** What is sought, while it is being read. `started`: values that are still to be made one range of. */
export type CriteriaDraft = {
  readonly base: string;
  readonly terms: SiteTerms;
  matches: SearchMatch[];
  filter: {
    claims?: readonly string[];
    hospitals?: readonly string[];
    sites: SiteFilter[];
    notOfDays: NonNullable<StudyFilter['notOfDays']>[number][];
  };
  patients: (readonly PatientNamed[])[];
  started: string[];
  isOfNothing: boolean;
};

export const newDraft = (given: Pick<CriteriaDraft, 'base' | 'terms'>): CriteriaDraft => ({
  ...given,
  ...{
    matches: [],
    filter: { sites: [], notOfDays: [] },
    patients: [],
    started: [],
    isOfNothing: false,
  },
});

type Reader = (draft: CriteriaDraft, parameter: SearchParameter) => void;

const equal = (
  tag: string,
  vr: string,
  level: SearchMatch['level'],
  values: readonly string[],
): SearchMatch => ({
  ...{ path: [tag], vr, level, parameter: 'parameter' },
  condition: { kind: 'equal', values },
});

/** Adds a match of one of the values; none of them can be anything's. */
const addEqual = (draft: CriteriaDraft, match: SearchMatch): void => {
  const { condition } = match;
  if (condition.kind === 'equal' && condition.values.length === 0) draft.isOfNothing = true;
  else draft.matches.push(match);
};

const isText = (text: string): boolean => text !== '' && text.length <= TEXT_CHARACTERS_MAX;

/** Codes among the tokens, of this system or of none that is named. */
const codesOf = ({ values }: SearchParameter, system: string): readonly string[] =>
  values
    .map(tokenIn)
    .filter((token) => token.system === undefined || token.system === system)
    .map(({ code }) => code)
    .filter(isText);

const readModality: Reader = (draft, parameter) =>
  addEqual(draft, equal('00080061', 'CS', 'study', codesOf(parameter, DICOM_CODES)));

const readBodySite: Reader = (draft, { values }) => {
  const site = siteFilter(values, draft.terms);
  if (site === undefined) draft.isOfNothing = true;
  else draft.filter.sites.push(site);
};

const readSeries: Reader = (draft, parameter) => {
  const uids = parameter.values.map(tokenIn).flatMap(uidOf);
  addEqual(draft, equal('0020000E', 'UI', 'series', uids));
};

const readStatus: Reader = (draft, parameter) => {
  if (!codesOf(parameter, STATUS_SYSTEM).includes(AVAILABLE)) draft.isOfNothing = true;
};

const readId: Reader = (draft, { values }) => {
  const claims = values.filter(isId);
  const before = draft.filter.claims;
  draft.filter.claims =
    before === undefined ? claims : before.filter((one) => claims.includes(one));
};

/** The Study UID, as a URN of its OID or as it is, in the system of DICOM's UIDs; all else is an accession number. */
const uidOf = ({ system, code }: Token): readonly string[] => {
  const uid = code.replace(/^urn:oid:/i, '');
  const isNamed = system === DICOM_UID || (!system && uid !== code);
  return isNamed && isUid(uid) ? [uid] : [];
};

const readIdentifier: Reader = (draft, parameter) => {
  const tokens = parameter.values.map(tokenIn);
  const uids = tokens.flatMap(uidOf);
  const numbers = tokens.flatMap(accessionOf);
  if (numbers.length === 0) return addEqual(draft, equal('0020000D', 'UI', 'study', uids));
  if (uids.length > 0)
    throw malformed('identifier has values of several kinds: ask for one kind at a time.');
  return addAccessions(draft, numbers);
};

/** A request is told by its accession number. */
const readRequest: Reader = (draft, { values }) =>
  addAccessions(draft, values.map(tokenIn).flatMap(accessionOf));

const addAccessions = (draft: CriteriaDraft, numbers: readonly Accession[]): void => {
  const [hospital, ...others] = new Set(numbers.map((one) => one.hospital));
  if (others.length > 0)
    throw malformed('There are accession numbers of several hospitals: ask for one at a time.');
  if (hospital !== undefined) narrowToHospital(draft, hospital);
  const values = numbers.map(({ number }) => number);
  addEqual(draft, equal('00080050', 'SH', 'study', values));
};

const narrowToHospital = (draft: CriteriaDraft, hospital: string): void => {
  const { hospitals } = draft.filter;
  draft.filter.hospitals = hospitals?.includes(hospital) === false ? [] : [hospital];
};

type Accession = Readonly<{ number: string; hospital: string | undefined }>;

/** Of any system, or of the one that a hospital's numbers are in. */
const accessionOf = (token: Token): readonly Accession[] => {
  const { system, code } = token;
  const hospital = hospitalOfAccession(system ?? '');
  const isOne = !system || hospital !== undefined;
  return isOne && isText(code) && uidOf(token).length === 0 ? [{ number: code, hospital }] : [];
};

/** By the id of any of the identifiers of a person. */
const readPatient: Reader = (draft, { values }) => {
  const named = values.flatMap((value) => {
    const id = value.startsWith(`${draft.base}/`) ? value.slice(draft.base.length + 1) : value;
    const patient = id.replace(/^Patient\//, '');
    return isId(patient) ? [{ patient }] : [];
  });
  if (named.length === 0) draft.isOfNothing = true;
  else draft.patients.push(named);
};

const readPatientIdentifier: Reader = (draft, { name, values }) => {
  const named = values.map((value): PatientNamed => {
    const { system, code } = tokenIn(value);
    if (system !== undefined) return identifierToken(`${system}|${code}`, name);
    if (!isText(code)) throw malformed(`${name} is empty, or longer than the limit.`);
    return { value: code };
  });
  draft.patients.push(named);
};

/** The days that a value without a prefix names. */
function daysOf(value: string): Readonly<{ from: string; to: string }> {
  const range = /^\d/.test(value) ? startedRange([value]) : undefined;
  const { from, to } = typeof range === 'object' && !range.times ? range.dates : {};
  if (from === undefined || to === undefined)
    throw malformed('With ne, started takes a day, a month or a year.');
  return { from, to };
}

const readStarted: Reader = (draft, { values }) => {
  const [value = '', ...more] = values;
  if (more.length > 0) throw malformed('started takes one value; give it twice for a range.');
  if (value.startsWith('ne')) draft.filter.notOfDays.push(daysOf(value.slice('ne'.length)));
  else draft.started.push(value);
};

/** What ImagingStudy is sought by. */
export const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['_id', readId],
  ['identifier', readIdentifier],
  ['basedon:identifier', readRequest],
  ['modality', readModality],
  ['bodysite', readBodySite],
  ['series', readSeries],
  ['started', readStarted],
  ['status', readStatus],
  ['patient', readPatient],
  ['patient.identifier', readPatientIdentifier],
  ['patient:identifier', readPatientIdentifier],
  ['subject', readPatient],
  ['subject:Patient', readPatient],
  ['subject.identifier', readPatientIdentifier],
  ['subject:identifier', readPatientIdentifier],
  ['subject:Patient.identifier', readPatientIdentifier],
  ['patient:Patient.identifier', readPatientIdentifier],
]);
