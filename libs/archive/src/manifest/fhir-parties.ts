import {
  accessionIdentifier,
  DCM,
  hospitalIdentifier,
  type Json,
  PROFILE,
  SCT,
} from './fhir-words.js';
import { type ManifestPatient, type ManifestStudy, textOf } from './manifest-study.js';

const GENDER: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };

/** The patient as the manifest names them: the one identifier that the study bears. */
export function patientOf({ name, birthDate, sex, system, value }: ManifestPatient): Json {
  const born = /^(\d{4})(\d\d)(\d\d)$/.exec(birthDate);
  const gender = GENDER[sex];
  const names = nameOf(name);
  return {
    resourceType: 'Patient',
    identifier: [{ system, value }],
    ...(names && { name: [names] }),
    ...(gender !== undefined && { gender }),
    ...(born && { birthDate: born.slice(1).join('-') }),
  };
}

const nameOf = (text: string): Json | undefined => {
  const [group = ''] = text.split('=');
  const [family = '', ...others] = group.split('^', 3).map((part) => part.trim());
  const given = others.filter((part) => part !== '');
  if (family === '' && given.length === 0) return undefined;
  return {
    text: [...given, family].filter((part) => part !== '').join(' '),
    ...(family !== '' && { family }),
    ...(given.length > 0 && { given }),
  };
};

export const organisationOf = ({ hospital }: ManifestStudy): Json => ({
  resourceType: 'Organization',
  identifier: [hospitalIdentifier(hospital.code)],
  name: hospital.name,
});

export const deviceOf = (owner: string): Json => ({
  resourceType: 'Device',
  manufacturer: 'Arkim',
  deviceName: [{ name: 'Arkim', type: 'manufacturer-name' }],
  type: {
    coding: [
      {
        system: 'https://profiles.ihe.net/RAD/MADO/CodeSystem/MadoDeviceType',
        code: 'mado-creator',
        display: 'MADO Creator',
      },
    ],
  },
  owner: { reference: owner },
});

/** Where DICOMweb retrieves the series of the study; a token is needed there. */
export const endpointOf = ({ root, location }: ManifestStudy): Json => ({
  resourceType: 'Endpoint',
  extension: [
    { url: `${PROFILE}/MadoRetrieveLocationUIDExtension`, valueString: `urn:oid:${location}` },
  ],
  status: 'active',
  connectionType: {
    system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
    code: 'dicom-wado-rs',
  },
  name: 'WADO-RS',
  payloadType: [
    {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' },
      ],
      text: 'DICOM WADO-RS',
    },
  ],
  payloadMimeType: ['application/dicom', 'application/dicom+json', 'image/jpeg'],
  address: root,
});

/** The order that the study answers; undefined where its data sets name none. */
export function requestOf(
  { attributes, hospital }: ManifestStudy,
  subject: string,
): Json | undefined {
  const accession = textOf(attributes, '00080050');
  if (accession === '') return undefined;
  const procedure = textOf(attributes, '00321060');
  return {
    resourceType: 'ServiceRequest',
    identifier: [accessionIdentifier(accession, hospital.code)],
    status: 'completed',
    intent: 'order',
    category: [{ coding: [{ system: SCT, code: '363679005', display: 'Imaging' }] }],
    ...(procedure !== '' && { code: { text: procedure } }),
    subject: { reference: subject },
  };
}

export const modalityCoding = (code: string): Json => ({ system: DCM, code });
