/** Systems and profiles of IHE MADO's FHIR side (https://profiles.ihe.net/RAD/MADO). */
export const PROFILE = 'https://profiles.ihe.net/RAD/MADO/StructureDefinition';
export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
export const SCT = 'http://snomed.info/sct';
const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/** LOINC 18748-4, as MADO and the European API have it. */
export const DOCUMENT_TYPE = {
  coding: [{ system: 'http://loinc.org', code: '18748-4', display: 'Diagnostic imaging study' }],
};
export const DOCUMENT_CATEGORY = {
  coding: [
    {
      system:
        'http://hl7.eu/fhir/eu-health-data-api/CodeSystem/eehrxf-document-priority-category-cs',
      code: 'Medical-Imaging',
      display: 'Medical-Imaging',
    },
  ],
};

export type Json = Readonly<Record<string, unknown>>;

/** A UID as FHIR identifies things by it. */
export const uidIdentifier = (uid: string): Json => ({
  system: 'urn:ietf:rfc:3986',
  value: `urn:oid:${uid}`,
});

export const studyIdentifier = (study: string): Json => ({
  type: { coding: [{ system: DCM, code: '110180', display: 'Study Instance UID' }] },
  system: 'urn:dicom:uid',
  value: `urn:oid:${study}`,
});

/** Each hospital counts its accession numbers for itself. */
export const accessionSystem = (hospital: string): string => `urn:arkim:accession:${hospital}`;

export const accessionIdentifier = (accession: string, hospital: string): Json => ({
  type: {
    coding: [
      { system: DCM, code: '121022', display: 'Accession Number' },
      { system: V2_0203, code: 'ACSN', display: 'Accession ID' },
    ],
  },
  system: accessionSystem(hospital),
  value: accession,
});

/** A hospital as the archive calls it. */
export const hospitalIdentifier = (code: string): Json => ({
  system: 'urn:arkim:hospital',
  value: code,
});
