import { accessionSystem, DCM, SCT } from '#archive/manifest/fhir-words';
import type { ManifestEncoding } from '#archive/manifest-events';
import { isUid } from '#dicom/uid';
import type { ManifestQuery } from '#index/manifest-search';
import { identifierToken } from '../fhir/identifier-token.js';
import { isId } from '../fhir/patient-query.js';
import { malformed } from '../fhir/query-of.js';
import { dateSpan, studySpan } from './date-span.js';
import { DOCUMENT_FORMS } from './document-forms.js';
import { ENCODINGS, readDocumentId } from './document-id.js';

const COUNT_DEFAULT = 50;
const COUNT_MAX = 200;
const ACCESSION_CHARACTERS_MAX = 64;
const CURSOR = /^([12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~([0-9a-f]{32})$/;
const STATUSES = ['current', 'superseded'];

/** A patient as a search names them: an opaque id, or an identifier. */
export type PatientNamed =
  | Readonly<{ patient: string }>
  | Readonly<{ authority: string; value: string }>;

/** A search for documents (IHE ITI-67): `manifests` by what, `patients` of whom, and which documents of each. */
export type DocumentQuery = Readonly<{
  manifests: Omit<ManifestQuery, 'persons' | 'limit'>;
  patients: readonly (readonly PatientNamed[])[];
  encodings: readonly ManifestEncoding[];
  /** Of manifests, whose documents stand together. */
  count: number;
  /** No document is what is asked for. */
  isOfNothing: boolean;
}>;

/** What is sought, while it is being read. */
export type Draft = {
  -readonly [name in keyof DocumentQuery['manifests']]: DocumentQuery['manifests'][name];
} & {
  patients: (readonly PatientNamed[])[];
  encodings: readonly ManifestEncoding[];
  count: number;
  isOfNothing: boolean;
};

type Reader = (draft: Draft, values: readonly string[], name: string) => void;

export const newDraft = (): Draft => ({
  ...{ made: [], started: [], modalities: [], regions: [], patients: [], encodings: ENCODINGS },
  ...{ count: COUNT_DEFAULT, isOfNothing: false },
});

/** A second parameter of a name is another condition: what both leave. */
const both = (before: readonly string[] | undefined, values: readonly string[]) =>
  before === undefined ? values : before.filter((value) => values.includes(value));

/** Code of `system|code` when the system, where there is one, is this one. */
const codeOf = (token: string, ...systems: readonly string[]): readonly string[] => {
  const at = token.lastIndexOf('|');
  if (at < 0) return [token];
  return systems.includes(token.slice(0, at)) ? [token.slice(at + 1)] : [];
};

const uidOf = (token: string): readonly string[] =>
  codeOf(token, 'urn:dicom:uid', 'urn:ietf:rfc:3986')
    .map((text) => text.replace(/^urn:oid:/, ''))
    .filter(isUid);

const patient: Reader = (draft, values, name) => {
  draft.patients.push(
    values.map((value) => {
      const id = value.slice(value.lastIndexOf('/') + 1);
      if (!isId(id)) throw malformed(`${name} is no reference to a Patient.`);
      return { patient: id };
    }),
  );
};

const identifier: Reader = (draft, values, name) => {
  draft.patients.push(values.map((value) => identifierToken(value, name)));
};

const only =
  (matches: (encoding: ManifestEncoding, value: string) => boolean): Reader =>
  (draft, values) => {
    draft.encodings = draft.encodings.filter((encoding) =>
      values.some((value) => matches(encoding, value)),
    );
  };

/** What is the same of all documents: another value asks for none. */
const constant =
  (...known: readonly string[]): Reader =>
  (draft, values) => {
    if (!values.some((value) => known.includes(value))) draft.isOfNothing = true;
  };

const LOINC = 'http://loinc.org';
const CATEGORY =
  'http://hl7.eu/fhir/eu-health-data-api/CodeSystem/eehrxf-document-priority-category-cs';
const DICOM_FORMATS = [
  'http://dicom.nema.org/resources/ontology/DCMUID',
  'urn:oid:1.2.840.10008.2.6.1',
];

const formatMatches = (encoding: ManifestEncoding, value: string): boolean => {
  const { format } = DOCUMENT_FORMS[encoding];
  return codeOf(value, format.system, ...DICOM_FORMATS).includes(format.code);
};

const nothing: Reader = () => {};

export const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['patient', patient],
  ['subject', patient],
  ['patient.identifier', identifier],
  ['subject.identifier', identifier],
  [
    'study-instance-uid',
    (draft, values) => {
      draft.studies = both(draft.studies, values.flatMap(uidOf));
    },
  ],
  [
    'identifier',
    (draft, values) => {
      draft.uids = both(draft.uids, values.flatMap(uidOf));
    },
  ],
  [
    '_id',
    (draft, values) => {
      const ids = values.map(readDocumentId).filter((id) => id !== undefined);
      draft.manifests = both(
        draft.manifests,
        ids.map(({ manifest }) => manifest),
      );
      draft.encodings = draft.encodings.filter((one) =>
        ids.some(({ encoding }) => one === encoding),
      );
    },
  ],
  [
    'accession-number',
    (draft, values) => {
      draft.accessions = values.map(accessionOf);
    },
  ],
  [
    'modality',
    (draft, values) => {
      draft.modalities = [...draft.modalities, values.flatMap((value) => codeOf(value, DCM))];
    },
  ],
  ['bodysite', (draft, values) => bodySite(draft, values)],
  ['anatomical-region', (draft, values) => bodySite(draft, values)],
  [
    'status',
    (draft, values) => {
      const codes = values.flatMap((value) =>
        codeOf(value, 'http://hl7.org/fhir/document-reference-status'),
      );
      draft.statuses = both(
        draft.statuses,
        codes.filter((code) => STATUSES.includes(code)),
      );
    },
  ],
  ['format', only(formatMatches)],
  ['_profile', only((encoding, value) => DOCUMENT_FORMS[encoding].profile === value)],
  ['contenttype', only((encoding, value) => DOCUMENT_FORMS[encoding].contentType === value)],
  ['type', constant('18748-4', `${LOINC}|18748-4`)],
  ['category', constant('Medical-Imaging', `${CATEGORY}|Medical-Imaging`)],
  ['setting', constant('394914008', `${SCT}|394914008`)],
  [
    'date',
    (draft, values, name) => {
      draft.made = [...draft.made, dateSpan(one(values, name), name)];
    },
  ],
  [
    'creation',
    (draft, values, name) => {
      draft.made = [...draft.made, dateSpan(one(values, name), name)];
    },
  ],
  [
    'period',
    (draft, values, name) => {
      draft.started = [...draft.started, studySpan(one(values, name), name)];
    },
  ],
  [
    '_count',
    (draft, values, name) => {
      const value = one(values, name);
      if (!/^[1-9]\d{0,5}$/.test(value)) throw malformed('_count is no number above 0.');
      draft.count = Math.min(Number(value), COUNT_MAX);
    },
  ],
  [
    '_after',
    (draft, values, name) => {
      const [, madeAt, manifest] = CURSOR.exec(one(values, name)) ?? [];
      const atMs = Date.parse(madeAt ?? '');
      if (manifest === undefined || Number.isNaN(atMs))
        throw malformed('_after is not of this server.');
      draft.after = { madeAt: new Date(atMs).toISOString(), manifest };
    },
  ],
  ['_format', nothing],
  ['_pretty', nothing],
]);

/** The parameters that searches know, for the CapabilityStatement. */
export const DOCUMENT_PARAMETERS: readonly string[] = [...READERS.keys()].filter(
  (name) => !['_count', '_after', '_format', '_pretty'].includes(name),
);

const bodySite = (draft: Draft, values: readonly string[]): void => {
  draft.regions = [...draft.regions, values.flatMap((value) => codeOf(value, SCT))];
};

const one = (values: readonly string[], name: string): string => {
  const [value = '', ...more] = values;
  if (more.length > 0) throw malformed(`${name} has one value.`);
  return value;
};

const ACCESSIONS = accessionSystem('');

/** `system|value`, or `value` of any hospital. */
const accessionOf = (token: string): Readonly<{ value: string; hospital?: string }> => {
  const at = token.lastIndexOf('|');
  const value = token.slice(at + 1).trim();
  if (value === '' || value.length > ACCESSION_CHARACTERS_MAX)
    throw malformed('accession-number is empty or too long.');
  if (at < 0) return { value };
  const system = token.slice(0, at);
  /* Of a system that no hospital has: none. */
  return { value, hospital: system.startsWith(ACCESSIONS) ? system.slice(ACCESSIONS.length) : '' };
};
