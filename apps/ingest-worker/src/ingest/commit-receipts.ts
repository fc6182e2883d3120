import type { PoolClient } from 'pg';
import { keepHanded } from '../handed/keep-handed.js';
import type { Job, Outcome } from './job.js';

/** PostgreSQL bounds a notification to less than 8,000 bytes; a job id takes 36. A longer receipt is asked for by whoever waits. */
const ANNOUNCED_BYTES_MAX = 7_900;

const COMPLETE = {
  name: 'complete-jobs',
  text: `with completed as (
      update ingest_jobs j set completed_at = now(), receipt = r.receipt
      from json_to_recordset($1) as r(id uuid, receipt text) where j.id = r.id and j.completed_at is null
      returning j.id, j.receipt)
    select pg_notify('receipts', id || case when octet_length(receipt) <= ${ANNOUNCED_BYTES_MAX} then receipt else '' end)
    from completed`,
};

type Finished = Readonly<{ job: Job; outcomes: readonly Outcome[] }>;

/** The receipt of a job as its JSON. */
export const receiptOf = (outcomes: readonly Outcome[]): string => JSON.stringify({ outcomes });

/**
 * Writes the receipts of finished jobs; once the transaction commits, the edges that wait hear of each: its job's id, followed by the receipt if there is room.
 * Of jobs that were handed over the row is written too, and whoever handed them over is told otherwise: PostgreSQL lets one
 * transaction with a notification commit at a time.
 */
export async function commitReceipts(
  client: PoolClient,
  finished: readonly Finished[],
): Promise<void> {
  const completed = finished.map(({ job, outcomes }) => ({ job, receipt: receiptOf(outcomes) }));
  const queued = completed.filter(({ job }) => job.handed === undefined);
  await Promise.all([
    keepHanded(
      client,
      completed.filter(({ job }) => job.handed !== undefined),
    ),
    complete(
      client,
      queued.map(({ job, receipt }) => ({ id: job.id, receipt })),
    ),
  ]);
}

const complete = async (
  client: PoolClient,
  rows: readonly Readonly<{ id: string; receipt: string }>[],
) => {
  if (rows.length === 0) return;
  await client.query({ ...COMPLETE, values: [JSON.stringify(rows)] });
};
