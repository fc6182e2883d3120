import type { QueryParameter, RouteRow } from './route-row.js';

const FHIR = 'application/fhir+json';
const query = (...names: readonly string[]): readonly QueryParameter[] =>
  names.map((name) => ({ name, type: 'xs:string' }));

const DEMOGRAPHICS = query(
  ...['_id', 'identifier', 'family', 'given', 'birthdate', 'gender', '_lastUpdated'],
  ...['_count', '_after', '_format'],
);

const asked = (row: Pick<RouteRow, 'id' | 'title' | 'path'> & Partial<RouteRow>): RouteRow => ({
  method: 'GET',
  demands: 'read-identity',
  gate: 'none',
  gives: [FHIR],
  success: '200',
  failure: '400 406',
  ...row,
});

const told = (row: Pick<RouteRow, 'id' | 'title' | 'path'> & Partial<RouteRow>): RouteRow =>
  asked({ method: 'PUT', demands: 'keep-identity', takes: [FHIR, 'application/json'], ...row });

/** What is read before there is a token. */
const discoveryRows: readonly RouteRow[] = [
  asked({
    id: 'fhirMetadata',
    title: 'Capability Statement',
    path: '/fhir/metadata',
    demands: 'nothing',
  }),
  ...['', '/fhir'].map((root) =>
    asked({
      id: `smartConfiguration${root === '' ? '' : 'OfFhir'}`,
      title: 'SMART configuration',
      path: `${root}/.well-known/smart-configuration`,
      demands: 'nothing',
      gives: ['application/json'],
      failure: '400',
    }),
  ),
];

const STUDY_KEYS = [
  ...['_id', 'identifier', 'basedon:identifier', 'patient', 'patient.identifier', 'subject'],
  ...['modality', 'bodysite', 'series', 'started', 'status'],
];
const OF_RESULT = ['_include', '_sort', '_count', '_total', '_summary', '_after', '_format'];

/** Studies of all hospitals: the policy is part of the statement. */
const searched = (row: Pick<RouteRow, 'id' | 'title' | 'path'> & Partial<RouteRow>): RouteRow =>
  asked({ demands: 'search', gate: 'search', ...row });

const imagingRows: readonly RouteRow[] = [
  searched({
    id: 'searchImagingStudies',
    title: 'Search for ImagingStudy',
    path: '/fhir/ImagingStudy',
    query: query(...STUDY_KEYS, ...OF_RESULT),
  }),
  searched({
    id: 'searchImagingStudiesByForm',
    title: 'Search for ImagingStudy by a form',
    method: 'POST',
    path: '/fhir/ImagingStudy/_search',
    takes: ['application/x-www-form-urlencoded'],
  }),
  searched({
    id: 'readImagingStudy',
    title: 'Read ImagingStudy',
    path: '/fhir/ImagingStudy/{id}',
  }),
  searched({
    id: 'searchEndpoints',
    title: 'Search for Endpoint',
    path: '/fhir/Endpoint',
    query: query('_id', 'connection-type', 'status', '_format'),
  }),
  searched({ id: 'readEndpoint', title: 'Read Endpoint', path: '/fhir/Endpoint/{endpoint}' }),
];

const NO_DELETE = { method: 'DELETE', success: '405', failure: '405' } as const;

/** Patients over FHIR R4, bounded by the hospital that a caller acts for; studies of all hospitals, bounded by the policy; who was shown what. */
export const fhirRows: readonly RouteRow[] = [
  ...discoveryRows,
  asked({
    id: 'queryPatients',
    title: 'Patient Demographics Query',
    path: '/fhir/Patient',
    query: DEMOGRAPHICS,
  }),
  asked({
    id: 'crossReferencePatient',
    title: 'Patient Identifier Cross-reference',
    path: '/fhir/Patient/$ihe-pix',
    query: query('sourceIdentifier', 'targetSystem', '_format'),
  }),
  asked({ id: 'readPatient', title: 'Read Patient', path: '/fhir/Patient/{patient}' }),
  asked({
    id: 'matchPatient',
    title: 'Match Patient',
    method: 'POST',
    path: '/fhir/Patient/$match',
    takes: [FHIR, 'application/json'],
  }),
  asked({
    id: 'searchAuditEvents',
    title: 'Retrieve Audit Events',
    path: '/fhir/AuditEvent',
    demands: 'read-audit',
    query: query(
      ...['patient', 'patient.identifier', 'date', 'entity', 'agent', 'action', 'outcome'],
      ...['_count', '_after', '_format'],
    ),
  }),
  asked({
    id: 'readAuditEvent',
    title: 'Read Audit Event',
    path: '/fhir/AuditEvent/{event}',
    demands: 'read-audit',
  }),
  ...imagingRows,
  told({
    id: 'feedPatient',
    title: 'Patient Identity Feed',
    path: '/fhir/Patient',
    query: query('identifier', '_format'),
  }),
  told({ id: 'linkPatients', title: 'Link Patients', method: 'POST', path: '/fhir/Patient/$link' }),
  told({
    id: 'unlinkPatients',
    title: 'Unlink Patients',
    method: 'POST',
    path: '/fhir/Patient/$unlink',
  }),
  told({
    id: 'deletePatients',
    title: 'Delete Patients (refused)',
    path: '/fhir/Patient',
    ...NO_DELETE,
  }),
  told({
    id: 'deletePatient',
    title: 'Delete Patient (refused)',
    path: '/fhir/Patient/{patient}',
    ...NO_DELETE,
  }),
];
