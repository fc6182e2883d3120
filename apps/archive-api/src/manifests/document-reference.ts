import { systemOf } from '#archive/identity/authority-system';
import {
  accessionIdentifier,
  DCM,
  DOCUMENT_CATEGORY,
  DOCUMENT_TYPE,
  hospitalIdentifier,
  SCT,
  studyIdentifier,
  uidIdentifier,
} from '#archive/manifest/fhir-words';
import { fhirDateTime } from '#archive/manifest/moments';
import { namedRegions } from '#archive/manifest/regions';
import type { ManifestDocument } from '#archive/manifest-events';
import type { FoundManifest } from '#index/manifest-search';
import type { Resource } from '../fhir/fhir-answer.js';
import { contentProfile, DOCUMENT_FORMS } from './document-forms.js';
import { documentId } from './document-id.js';

const EXTENSION = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const RADIOLOGY = { system: SCT, code: '394914008', display: 'Radiology' };
const HOSPITAL = { system: SCT, code: '22232009', display: 'Hospital' };

/** The documents of a manifest, in the order of their encodings. */
export const documentsOf = ({ documents }: Pick<FoundManifest, 'documents'>) =>
  JSON.parse(documents) as readonly ManifestDocument[];

/** The envelope of one document (IHE MHD DocumentReference, MADO's profile). `base`: the FHIR root as this client reaches it. */
export function documentReference(
  found: FoundManifest,
  document: ManifestDocument,
  base: string,
): Resource {
  const { encoding, uid } = document;
  const { profile } = DOCUMENT_FORMS[encoding];
  const madeAt = found.made_at.toISOString();
  const organisation = {
    type: 'Organization',
    identifier: hospitalIdentifier(found.hospital),
    display: found.hospital_name,
  };
  return {
    resourceType: 'DocumentReference',
    id: documentId(found.manifest, encoding),
    meta: { lastUpdated: madeAt, ...(profile !== undefined && { profile: [profile] }) },
    extension: [...found.modalities.map(modalityExtension), ...regionExtensions(found)],
    masterIdentifier: uidIdentifier(uid),
    identifier: [uidIdentifier(uid)],
    status: found.status,
    docStatus: 'final',
    type: DOCUMENT_TYPE,
    category: [DOCUMENT_CATEGORY],
    subject: subjectOf(found),
    date: madeAt,
    author: [organisation, { type: 'Device', display: 'Arkim' }],
    custodian: organisation,
    relatesTo: relations(found, document),
    ...(found.description !== '' && { description: found.description }),
    securityLabel: [{ coding: [{ system: CONFIDENTIALITY, code: found.confidentiality }] }],
    content: [contentOf(found, document, base)],
    context: contextOf(found),
  };
}

const modalityExtension = (code: string) => ({
  url: `${EXTENSION}.modality`,
  valueCodeableConcept: { coding: [{ system: DCM, code }] },
});

const regionExtensions = ({ regions }: FoundManifest) =>
  namedRegions(regions).map(({ code, name }) => ({
    url: `${EXTENSION}.bodySite`,
    extension: [
      {
        url: 'concept',
        valueCodeableConcept: { coding: [{ system: SCT, code, display: name }] },
      },
    ],
  }));

const subjectOf = ({ patient, authority, value }: FoundManifest) => ({
  reference: `Patient/${patient}`,
  type: 'Patient',
  ...(authority !== null &&
    value !== null && { identifier: { system: systemOf(authority), value } }),
});

/** Its other encodings, and the same encoding of the manifest that this one took the place of. */
const relations = (found: FoundManifest, { encoding }: ManifestDocument) => [
  ...documentsOf(found)
    .filter((other) => other.encoding !== encoding)
    .map((other) => related('transforms', documentId(found.manifest, other.encoding))),
  ...(found.replaced === '' ? [] : [related('replaces', documentId(found.replaced, encoding))]),
];

const related = (code: 'transforms' | 'replaces', id: string) => ({
  code,
  target: { reference: `DocumentReference/${id}`, type: 'DocumentReference' },
});

const contentOf = (found: FoundManifest, document: ManifestDocument, base: string) => {
  const { contentType, format, title, resource } = DOCUMENT_FORMS[document.encoding];
  const profile = contentProfile(document.encoding);
  return {
    ...(profile !== undefined && { extension: [profileExtension(profile)] }),
    attachment: {
      contentType,
      language: 'en',
      url: `${base}/${resource}/${documentId(found.manifest, document.encoding)}`,
      size: document.bytes,
      hash: document.sha1,
      title,
      creation: found.made_at.toISOString(),
    },
    format,
  };
};

const profileExtension = (profile: string) => ({
  url: `${EXTENSION}.content.profile`,
  extension: [{ url: 'value[x]', valueCanonical: profile }],
});

const contextOf = (found: FoundManifest) => {
  const start = fhirDateTime(found.started, found.started_time, found.timezone);
  return {
    ...(start !== undefined && { period: { start } }),
    facilityType: { coding: [HOSPITAL] },
    practiceSetting: { coding: [RADIOLOGY] },
    related: [
      { type: 'ImagingStudy', identifier: studyIdentifier(found.study_uid) },
      ...(found.accession === ''
        ? []
        : [
            {
              type: 'ServiceRequest',
              identifier: accessionIdentifier(found.accession, found.hospital),
            },
          ]),
    ],
  };
};
