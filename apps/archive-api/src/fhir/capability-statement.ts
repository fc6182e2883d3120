import { documentSearchParameters } from '../manifests/document-search-parameters.js';
import { FHIR_JSON, type Resource } from './fhir-answer.js';

/** When this description was last changed. */
const DATE = '2026-11-22';

const searchParam = (name: string, type: 'token' | 'string' | 'date' | 'reference') => ({
  name,
  type,
});

const SECURITY_SERVICE = 'http://terminology.hl7.org/CodeSystem/restful-security-service';

/** One entry for each resource type; parts that add a type add an entry. */
const RESOURCES = [
  {
    type: 'Patient',
    interaction: [{ code: 'read' }, { code: 'search-type' }, { code: 'update' }],
    versioning: 'no-version',
    updateCreate: false,
    conditionalUpdate: true,
    conditionalCreate: false,
    searchParam: [
      searchParam('_id', 'token'),
      searchParam('_lastUpdated', 'date'),
      searchParam('identifier', 'token'),
      searchParam('family', 'string'),
      searchParam('given', 'string'),
      searchParam('birthdate', 'date'),
      searchParam('gender', 'token'),
    ],
    operation: [
      {
        name: 'ihe-pix',
        definition: 'https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix',
      },
      { name: 'match', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-match' },
      { name: 'link', definition: 'urn:arkim:operation:patient-link' },
      { name: 'unlink', definition: 'urn:arkim:operation:patient-unlink' },
    ],
  },
  {
    type: 'ImagingStudy',
    supportedProfile: [
      'http://fhir.org/argonaut/smart-imaging/StructureDefinition/smart-imaging-study',
    ],
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    versioning: 'versioned',
    searchInclude: ['ImagingStudy:endpoint', 'ImagingStudy:patient', 'ImagingStudy:subject'],
    searchParam: [
      searchParam('_id', 'token'),
      searchParam('identifier', 'token'),
      searchParam('basedon', 'reference'),
      searchParam('patient', 'reference'),
      searchParam('subject', 'reference'),
      searchParam('modality', 'token'),
      searchParam('bodysite', 'token'),
      searchParam('series', 'token'),
      searchParam('started', 'date'),
      searchParam('status', 'token'),
    ],
  },
  {
    type: 'Endpoint',
    supportedProfile: [
      'http://fhir.org/argonaut/smart-imaging/StructureDefinition/smart-wado-endpoint',
    ],
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: [
      searchParam('_id', 'token'),
      searchParam('connection-type', 'token'),
      searchParam('status', 'token'),
    ],
  },
  {
    type: 'AuditEvent',
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: [
      searchParam('patient', 'token'),
      searchParam('patient.identifier', 'token'),
      searchParam('date', 'date'),
      searchParam('entity', 'token'),
      searchParam('agent', 'token'),
      searchParam('action', 'token'),
      searchParam('outcome', 'token'),
    ],
  },
  {
    type: 'DocumentReference',
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: documentSearchParameters,
  },
  { type: 'Binary', interaction: [{ code: 'read' }] },
  { type: 'Bundle', interaction: [{ code: 'read' }] },
] as const;

/** What this FHIR server does (FHIR R4, CapabilityStatement); `base` is its root as this client reaches it. */
export const capabilityStatement = (base: string): Resource => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: DATE,
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: [FHIR_JSON, 'json'],
  implementation: { description: 'Arkim, a national imaging archive', url: base },
  instantiates: [
    'https://profiles.ihe.net/ITI/PIXm/CapabilityStatement/IHE.PIXm.Manager',
    'https://profiles.ihe.net/ITI/PDQm/CapabilityStatement/IHE.PDQm.Supplier',
  ],
  rest: [
    {
      mode: 'server',
      security: {
        service: [{ coding: [{ system: SECURITY_SERVICE, code: 'SMART-on-FHIR' }] }],
        description: `Bearer tokens of registered issuers; see ${base}/.well-known/smart-configuration.`,
      },
      resource: RESOURCES,
    },
  ],
});
