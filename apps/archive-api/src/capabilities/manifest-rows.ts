import { DOCUMENT_PARAMETERS } from '../manifests/document-parameters.js';
import type { QueryParameter, RouteRow } from './route-row.js';

const FHIR = 'application/fhir+json';
const PARAMETERS: readonly QueryParameter[] = [
  ...DOCUMENT_PARAMETERS,
  ...['_count', '_after', '_format'],
].map((name) => ({ name, type: 'xs:string' }));

const read = (
  row: Pick<RouteRow, 'id' | 'title' | 'path' | 'gate' | 'gives'> & Partial<RouteRow>,
): RouteRow => ({
  ...{ method: 'GET', demands: 'read-metadata', success: '200', failure: '404' },
  ...row,
});

/** Manifests: found within what the policy lets a caller read metadata of; each document goes out through the gate of the study. */
export const manifestRows: readonly RouteRow[] = [
  {
    ...read({
      id: 'findDocumentReferences',
      title: 'Find Document References',
      path: '/fhir/DocumentReference',
      demands: 'search',
      gate: 'search',
      gives: [FHIR],
    }),
    query: PARAMETERS,
    failure: '400',
  },
  read({
    id: 'readDocumentReference',
    title: 'Read Document Reference',
    path: '/fhir/DocumentReference/{document}',
    demands: 'search',
    gate: 'search',
    gives: [FHIR],
  }),
  read({
    id: 'retrieveManifest',
    title: 'Retrieve Manifest',
    path: '/fhir/Binary/{document}',
    gate: 'study',
    gives: ['application/dicom', FHIR],
  }),
  read({
    id: 'retrieveManifestDocument',
    title: 'Retrieve Manifest as FHIR Document',
    path: '/fhir/Bundle/{document}',
    gate: 'study',
    gives: [FHIR],
  }),
];
