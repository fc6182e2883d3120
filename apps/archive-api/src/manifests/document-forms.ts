import type { ManifestEncoding } from '#archive/manifest-events';

const PROFILE = 'https://profiles.ihe.net/RAD/MADO/StructureDefinition';
const FORMATS = 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode';
const DICOM_UIDS = 'http://dicom.nema.org/resources/ontology/DCMUID';

/** What an encoding is called outside: of what media type and format, by which profile, and the resource that has its bytes. */
export type DocumentForm = Readonly<{
  contentType: string;
  format: Readonly<{ system: string; code: string; display: string }>;
  profile: string | undefined;
  title: string;
  resource: 'Binary' | 'Bundle';
}>;

const KEY_OBJECT_SELECTION = {
  system: DICOM_UIDS,
  code: '1.2.840.10008.5.1.4.1.1.88.59',
  display: 'Key Object Selection Document',
} as const;

export const DOCUMENT_FORMS: Readonly<Record<ManifestEncoding, DocumentForm>> = {
  kos: {
    contentType: 'application/dicom',
    format: KEY_OBJECT_SELECTION,
    profile: undefined,
    title: 'Imaging manifest (XDS-I.b)',
    resource: 'Binary',
  },
  'mado-kos': {
    contentType: 'application/dicom',
    format: KEY_OBJECT_SELECTION,
    profile: `${PROFILE}/MadoDicomKosDocumentReference`,
    title: 'Imaging manifest with description (MADO)',
    resource: 'Binary',
  },
  'mado-fhir': {
    contentType: 'application/fhir+json',
    format: {
      system: FORMATS,
      code: 'urn:ihe:rad:MADO:fhir-manifest:2026',
      display: 'MADO FHIR manifest',
    },
    profile: `${PROFILE}/MadoFhirDocumentReference`,
    title: 'Imaging manifest as FHIR document (MADO)',
    resource: 'Bundle',
  },
};

/** The profile that what an attachment holds is by; undefined where it is no FHIR document. */
export const contentProfile = (encoding: ManifestEncoding): string | undefined =>
  encoding === 'mado-fhir' ? `${PROFILE}/MadoFhirBundle` : undefined;
