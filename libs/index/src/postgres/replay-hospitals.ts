import { insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['hospital', 'name', 'onboarded_at'];

/** Who may store and read. Nothing of it is sealed: no key matters. */
export const hospitalsTable: TableProjection = {
  table: 'hospitals',
  key: 'hospital',
  columns,
  times: ['onboarded_at'],
  types: ['HospitalOnboarded'],
  replay: (client, facts) => insertBuilt(client, columns, facts.flatMap(hospitalRow)),
};

const hospitalRow = ({ event, recorded }: OpenedFact) =>
  event.type === 'HospitalOnboarded' ? [{ ...event.data, onboarded_at: recorded.recordedAt }] : [];
