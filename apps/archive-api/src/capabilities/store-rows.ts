import { type RouteRow, related, STUDY } from './route-row.js';

const MODULE = ['application/dicom+json', 'application/json', 'application/dicom+xml'];

const store = (id: string, title: string, path: string): RouteRow => ({
  id,
  title,
  method: 'POST',
  path,
  demands: 'store',
  takes: [related('application/dicom')],
  gives: MODULE,
  success: '200 202',
  failure: '400 401 403 408 409 413 415 503',
});

/** The Store Transaction (PS3.18 §10.5) and its receipts. */
export const storeRows: readonly RouteRow[] = [
  store('storeInstances', 'Store Instances', '/dicom-web/studies'),
  store('storeStudyInstances', 'Store Study Instances', STUDY),
  {
    id: 'receipt',
    title: 'What became of a Store request',
    method: 'GET',
    path: '/dicom-web/receipts/{job}',
    demands: 'read-receipt',
    gives: MODULE,
    success: '200 202',
    failure: '401 403 404',
  },
];
