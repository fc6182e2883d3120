import { type RouteRow, related, STUDY } from './route-row.js';

const MODULE = ['application/dicom+json', 'application/json', 'application/dicom+xml'];

/** Files, and metadata with their bulk data. */
const TAKEN = ['application/dicom', 'application/dicom+json', 'application/dicom+xml'].map(related);

const store = (id: string, title: string, path: string): RouteRow => ({
  id,
  title,
  method: 'POST',
  path,
  demands: 'store',
  gate: 'hospital',
  takes: TAKEN,
  gives: MODULE,
  success: '200 202',
  failure: '400 401 403 408 409 413 415 503',
});

const COMMITMENT = '/dicom-web/commitment-requests/{transaction}';
const COMMITMENT_TYPES = ['application/dicom+json', 'application/dicom+xml'].flatMap((type) => [
  type,
  related(type),
]);

/** The Storage Commitment Service (PS3.18 §13). */
const commitmentRows: readonly RouteRow[] = [
  {
    id: 'requestStorageCommitment',
    title: 'Request Storage Commitment',
    method: 'POST',
    path: COMMITMENT,
    demands: 'ask-commitment',
    gate: 'hospital',
    takes: COMMITMENT_TYPES,
    gives: COMMITMENT_TYPES,
    success: '200 202',
    failure: '400 401 403 406 408 409 413 415 503',
  },
  {
    id: 'checkStorageCommitment',
    title: 'Storage Commitment Result Check',
    method: 'GET',
    path: COMMITMENT,
    demands: 'ask-commitment',
    gate: 'hospital',
    gives: COMMITMENT_TYPES,
    success: '200 202',
    failure: '400 401 403 404 406 503',
  },
];

/** The Store Transaction (PS3.18 §10.5), its receipts, and storage commitment. */
export const storeRows: readonly RouteRow[] = [
  store('storeInstances', 'Store Instances', '/dicom-web/studies'),
  store('storeStudyInstances', 'Store Study Instances', STUDY),
  {
    id: 'receipt',
    title: 'What became of a Store request',
    method: 'GET',
    path: '/dicom-web/receipts/{job}',
    demands: 'read-receipt',
    gate: 'hospital',
    gives: MODULE,
    success: '200 202',
    failure: '401 403 404',
  },
  {
    id: 'depositReceipt',
    title: 'What was received with a Store request, signed',
    method: 'GET',
    path: '/dicom-web/receipts/{job}/deposit',
    demands: 'read-receipt',
    gate: 'hospital',
    gives: ['application/json'],
    success: '200 202',
    failure: '401 403 404',
  },
  ...commitmentRows,
];
