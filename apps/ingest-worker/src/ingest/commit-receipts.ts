import type { PoolClient } from 'pg';
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

/** Writes the receipts of finished jobs; once the transaction commits, the edges that wait hear of each: its job's id, followed by the receipt if there is room. */
export async function commitReceipts(
  client: PoolClient,
  finished: readonly Readonly<{ job: Job; outcomes: readonly Outcome[] }>[],
): Promise<void> {
  if (finished.length === 0) return;
  const rows = finished.map(({ job, outcomes }) => ({
    id: job.id,
    receipt: JSON.stringify({ outcomes }),
  }));
  await client.query({ ...COMPLETE, values: [JSON.stringify(rows)] });
}
