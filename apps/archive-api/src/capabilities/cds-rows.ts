import type { RouteRow } from './route-row.js';

const service = (id: string, title: string): RouteRow => ({
  id,
  title,
  method: 'POST',
  path: `/cds-services/${id}`,
  demands: 'cds-client',
  gate: 'search',
  takes: ['application/json'],
  gives: ['application/json'],
  success: '200',
  failure: '400 401 403 412',
});

/** CDS Hooks 2.0: what a clinician who orders may know of the patient's exams. */
export const cdsRows: readonly RouteRow[] = [
  {
    id: 'discoverCdsServices',
    title: 'Discover CDS Services',
    method: 'GET',
    path: '/cds-services',
    demands: 'nothing',
    gate: 'none',
    gives: ['application/json'],
    success: '200',
    failure: '503',
  },
  service('imaging-duplicate-select', 'Exams that a selected order would repeat'),
  service('imaging-duplicate-sign', 'Exams that an order to be signed would repeat'),
  {
    ...service('{service}/feedback', 'What was made of Cards'),
    id: 'tellOfCards',
    gate: 'hospital',
    failure: '400 401 403 404 409',
  },
];
