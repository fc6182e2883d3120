import type { PoolClient } from 'pg';
import { patientKey } from '#archive/care-events';
import { RETENTION_FACTS, RETENTION_TABLES, type RetentionTableName } from '../retention-rows.js';
import { insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';
import { buildRetention } from './write-retention.js';

const columns = ['version', 'sequence', 'based_on', 'published_at', 'actor', 'policies'];

/** How long what is kept is kept, version by version. Nothing of it is sealed: no key matters. */
const retentionPoliciesTable: TableProjection = {
  table: 'retention_policies',
  key: 'version',
  columns,
  times: ['published_at'],
  types: ['RetentionPolicyPublished'],
  replay: (client, facts) => insertBuilt(client, columns, facts.flatMap(policiesRow)),
};

/** Adds what the table doesn't have. */
export async function projectRetentionPolicies(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  await client.query(
    `insert into retention_policies (${columns}) select ${columns} from json_populate_recordset(null::retention_policies, $1)
     on conflict do nothing`,
    [JSON.stringify(facts.flatMap(policiesRow))],
  );
}

const policiesRow = ({ event, recorded }: OpenedFact) =>
  event.type === 'RetentionPolicyPublished'
    ? [
        {
          version: event.data.table.version,
          sequence: recorded.version,
          based_on: event.data.basedOn,
          published_at: recorded.recordedAt,
          actor: recorded.metadata.actor,
          policies: JSON.stringify(event.data.table),
        },
      ]
    : [];

const SUBJECT_KEY = (row: string) =>
  `case ${row}.scope when 'patient' then '${patientKey('')}' else '' end || ${row}.subject`;

const factsTable = (
  table: RetentionTableName,
  sealedBy: (row: string) => string,
): TableProjection => ({
  table,
  key: 'id',
  columns: RETENTION_TABLES[table],
  times: [],
  types: RETENTION_FACTS[table],
  sealedBy,
  replay: (client, facts) => buildRetention(client, table, facts),
});

/** The tables of policies, and of what moves schedules. */
export const retentionTables = {
  retention_policies: retentionPoliciesTable,
  deaths: factsTable('deaths', (row) => `'${patientKey('')}' || ${row}.patient`),
  retention_disputes: factsTable('retention_disputes', SUBJECT_KEY),
  retention_marks: factsTable('retention_marks', SUBJECT_KEY),
} as const;
