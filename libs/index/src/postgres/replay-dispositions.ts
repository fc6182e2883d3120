import type { PoolClient } from 'pg';
import { BUILT, insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const BATCH_COLUMNS = [
  ...['batch', 'hospital', 'jurisdiction', 'state', 'visa_needed', 'grace_days'],
  ...['proposed_by', 'proposed_at', 'studies', 'approvals', 'execute_after'],
];

/** What people decided of disposals. Columns are of what is not sealed: no key matters. */
export const dispositionBatchesTable: TableProjection = {
  table: 'disposition_batches',
  key: 'batch',
  columns: BATCH_COLUMNS,
  times: ['proposed_at', 'execute_after'],
  types: ['DispositionProposed', 'DispositionApproved', 'DispositionStopped'],
  replay: (client, facts) => writeBatches(client, facts, BUILT),
};

/** Writes what facts of batches say, in their order; the same again changes nothing. */
export async function writeBatches(
  client: PoolClient,
  facts: readonly OpenedFact[],
  table = 'disposition_batches',
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type === 'DispositionProposed') {
      const { batch, hospital, jurisdiction, visaNeeded, graceDays, studies } = event.data;
      await client.query(
        `insert into ${table} (batch, hospital, jurisdiction, state, visa_needed, grace_days, proposed_by, proposed_at, studies)
         values ($1, $2, $3, 'proposed', $4, $5, $6, $7, $8) on conflict do nothing`,
        [
          ...[batch, hospital, jurisdiction, visaNeeded, graceDays],
          ...[recorded.metadata.actor, recorded.recordedAt, JSON.stringify(studies)],
        ],
      );
    }
    if (event.type === 'DispositionApproved') {
      const { batch, capacity, approver, executeAfter } = event.data;
      const approval = JSON.stringify([{ capacity, approver, at: recorded.recordedAt }]);
      await client.query(
        `update ${table} set approvals = approvals || $2::jsonb, execute_after = coalesce($3::timestamptz, execute_after),
           state = case when $3::timestamptz is null then state else 'approved' end
         where batch = $1 and not approvals @> $2::jsonb`,
        [batch, approval, executeAfter === '' ? null : executeAfter],
      );
    }
    if (event.type === 'DispositionStopped' && event.data.claim === '')
      await client.query(`update ${table} set state = 'stopped' where batch = $1`, [
        event.data.batch,
      ]);
  }
}

const TOMBSTONE_COLUMNS = ['claim', 'hospital', 'study', 'batch', 'disposed_at'];

/** Which studies were disposed of. */
export const tombstonesTable: TableProjection = {
  table: 'tombstones',
  key: 'claim',
  columns: TOMBSTONE_COLUMNS,
  times: ['disposed_at'],
  types: ['DispositionExecuted'],
  replay: (client, facts) =>
    insertBuilt(
      client,
      TOMBSTONE_COLUMNS,
      facts.flatMap(({ event, recorded }) =>
        event.type === 'DispositionExecuted'
          ? [{ ...event.data, disposed_at: recorded.recordedAt }]
          : [],
      ),
    ),
};

/** A restored log doesn't tell of what was disposed of since; the ledger of destroyed keys does, and no fact of it can be asked for. */
const isToldByLedger = (row: string) =>
  `exists (select from key_destructions d where d.key_id = ${row}.claim and not exists (select from tombstones t where t.claim = d.key_id))`;

/** The state of studies that were disposed of: what of `study_access` their own facts can't say any more. */
export const disposedPart: TableProjection = {
  table: 'study_access',
  key: 'claim',
  columns: ['claim', 'hospital', 'state'],
  times: [],
  types: ['DispositionExecuted'],
  part: {
    holds: (row) => `${row}.state = 'disposed' and not ${isToldByLedger(row)}`,
    undo: `state = 'active'`,
    adds: true,
  },
  replay: (client, facts) =>
    insertBuilt(
      client,
      ['claim', 'hospital', 'state'],
      facts.flatMap(({ event }) =>
        event.type === 'DispositionExecuted'
          ? [{ claim: event.data.claim, hospital: event.data.hospital, state: 'disposed' }]
          : [],
      ),
    ),
};
