import { cdsRows } from './cds-rows.js';
import { fhirRows } from './fhir-rows.js';
import { manifestRows } from './manifest-rows.js';
import { pageRows } from './page-rows.js';
import { renderedRows } from './rendered-rows.js';
import { retrieveRows } from './retrieve-rows.js';
import type { RouteRow } from './route-row.js';
import { searchRows } from './search-rows.js';
import { storeRows } from './store-rows.js';

/** Pages of the running archive, which are nobody's data. */
const archiveRows: readonly RouteRow[] = [
  {
    id: 'live',
    title: 'Whether the process answers',
    method: 'GET',
    path: '/health/live',
    demands: 'nothing',
    gate: 'none',
    gives: ['application/json'],
    success: '200',
    failure: '500',
  },
  {
    id: 'ready',
    title: 'Whether the archive can be used',
    method: 'GET',
    path: '/health/ready',
    demands: 'nothing',
    gate: 'none',
    gives: ['application/json'],
    success: '200',
    failure: '503',
  },
  {
    id: 'metrics',
    title: 'Metrics of this process',
    method: 'GET',
    path: '/metrics',
    demands: 'read-metrics',
    gate: 'none',
    gives: ['text/plain'],
    success: '200',
    failure: '401',
  },
  {
    id: 'token',
    title: 'A token for a machine (RFC 7523)',
    method: 'POST',
    path: '/oauth2/token',
    demands: 'nothing',
    gate: 'none',
    takes: ['application/x-www-form-urlencoded'],
    gives: ['application/json'],
    success: '200',
    failure: '400 401 503',
  },
];

/** Every resource of this server and what can be done with it. The Capabilities Description is made of it (PS3.18 Annex H), and a test holds it against the routes that are registered. */
export const routeTable: readonly RouteRow[] = [
  ...storeRows,
  ...searchRows,
  ...retrieveRows,
  ...renderedRows,
  ...fhirRows,
  ...cdsRows,
  ...manifestRows,
  ...archiveRows,
  ...pageRows,
];
