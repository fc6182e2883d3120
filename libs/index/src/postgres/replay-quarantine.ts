import type { PoolClient } from 'pg';
import { quarantineRows } from '../quarantine-row.js';
import { BUILT, insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = [
  'id',
  'hospital',
  'job',
  'part',
  'pack',
  'sha256',
  'byte_offset',
  'bytes',
  'reason',
  'why',
  'quarantined_at',
  'resolved_at',
  'outcome',
];

/** Parts that are kept aside, and what a person decided about them. Nothing of it is sealed: no key matters. */
export const quarantineTable: TableProjection = {
  table: 'quarantine',
  key: 'id',
  columns,
  times: ['quarantined_at', 'resolved_at'],
  types: ['InstancesQuarantined', 'QuarantineResolved'],
  /** A part is decided on only when its row can be seen, so its own fact comes before in the log. */
  replay: async (client, facts) => {
    await insertBuilt(client, columns, facts.flatMap(quarantinedRows));
    await resolveBuilt(client, facts.flatMap(resolution));
  },
};

/** The rows of parts that a fact keeps aside, since when it says so. */
export const quarantinedRows = ({ event, recorded }: OpenedFact) =>
  event.type === 'InstancesQuarantined'
    ? quarantineRows(event.data).map((row) => ({ ...row, quarantined_at: recorded.recordedAt }))
    : [];

const resolution = ({ event, recorded }: OpenedFact) => {
  if (event.type !== 'QuarantineResolved') return [];
  const { quarantine, outcome } = event.data;
  return [{ id: quarantine, resolved_at: recorded.recordedAt, outcome }];
};

const resolveBuilt = async (
  client: PoolClient,
  resolutions: readonly Readonly<Record<string, unknown>>[],
) => {
  if (resolutions.length === 0) return;
  await client.query(
    `update ${BUILT} b set resolved_at = r.resolved_at, outcome = r.outcome
     from json_populate_recordset(null::${BUILT}, $1) r where b.id = r.id and b.resolved_at is null`,
    [JSON.stringify(resolutions)],
  );
};
