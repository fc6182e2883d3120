import { imagingStudyOf } from './fhir-imaging-study.js';
import { deviceOf, endpointOf, organisationOf, patientOf, requestOf } from './fhir-parties.js';
import {
  DOCUMENT_CATEGORY,
  DOCUMENT_TYPE,
  type Json,
  PROFILE,
  uidIdentifier,
} from './fhir-words.js';
import {
  type ManifestNames,
  type ManifestSeries,
  type ManifestStudy,
  textOf,
} from './manifest-study.js';

/** The FHIR document of IHE MADO: a Bundle that begins with its Composition. `id` names the Bundle. */
export function fhirManifest(study: ManifestStudy, names: ManifestNames, id: string): Json {
  const at = (part: string) => `urn:uuid:${names.uuidOf(part)}`;
  const request = requestOf(study, at('patient'));
  const linked = {
    patient: at('patient'),
    endpoint: at('endpoint'),
    request: request && at('request'),
  };
  const parts: Readonly<Record<string, Json | undefined>> = {
    composition: compositionOf(study, names, at),
    study: imagingStudyOf(study, linked),
    patient: patientOf(study.patient),
    device: deviceOf(at('organisation')),
    organisation: organisationOf(study),
    endpoint: endpointOf(study),
    request,
  };
  return {
    resourceType: 'Bundle',
    id,
    meta: { profile: [`${PROFILE}/MadoFhirBundle`] },
    identifier: uidIdentifier(names.mado),
    type: 'document',
    timestamp: names.madeAt,
    entry: Object.entries(parts).flatMap(([part, resource]) =>
      resource === undefined
        ? []
        : [{ fullUrl: at(part), resource: identified(resource, names.uuidOf(part)) }],
    ),
  };
}

const identified = ({ resourceType, ...rest }: Json, id: string): Json => ({
  resourceType,
  id,
  ...rest,
});

const compositionOf = (
  study: ManifestStudy,
  { mado, madeAt }: ManifestNames,
  at: (part: string) => string,
): Json => ({
  resourceType: 'Composition',
  text: narrative(titleOf(study)),
  identifier: uidIdentifier(mado),
  status: 'final',
  type: DOCUMENT_TYPE,
  category: [DOCUMENT_CATEGORY],
  subject: { reference: at('patient') },
  date: madeAt,
  author: [{ reference: at('device') }, { reference: at('organisation') }],
  title: titleOf(study),
  custodian: { reference: at('organisation') },
  event: [{ detail: [{ reference: at('study') }] }],
  section: study.series.map((series) => sectionOf(series, at('endpoint'))),
});

const titleOf = ({ attributes, modalities }: ManifestStudy): string =>
  textOf(attributes, '00081030') || `Imaging study ${modalities.join(', ')}`.trim();

/** One line for people: what the series is, and how many instances it has. */
const sectionOf = ({ attributes, instances }: ManifestSeries, endpoint: string): Json => {
  const parts = ['00200011', '00080060', '0008103E'].map((tag) => textOf(attributes, tag));
  const line = [...parts.filter((part) => part !== ''), `${instances.length} instances`].join(
    ' · ',
  );
  return { title: line, text: narrative(line), entry: [{ reference: endpoint }] };
};

const narrative = (line: string): Json => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${escaped(line)}</p></div>`,
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text in XHTML: characters that XML can't have are left out. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[&<>"]/g, (each) => ENTITIES[each] ?? '');
