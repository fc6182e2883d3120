import type { PoolClient } from 'pg';
import type { Job, Outcome } from './job.js';

/** Job ids per notification: PostgreSQL bounds a payload to 8,000 bytes. */
const NOTIFIED_IDS_MAX = 200;

/** Writes the receipts of finished jobs and wakes the edges that wait for them once the transaction commits. */
export async function commitReceipts(
  client: PoolClient,
  finished: readonly Readonly<{ job: Job; outcomes: readonly Outcome[] }>[],
): Promise<void> {
  if (finished.length === 0) return;
  const rows = finished.map(({ job, outcomes }) => ({
    id: job.id,
    receipt: JSON.stringify({ outcomes }),
  }));
  const ids = finished.map(({ job }) => job.id);
  const completed = client.query({
    name: 'complete-jobs',
    text: `update ingest_jobs j set completed_at = now(), receipt = r.receipt
      from json_to_recordset($1) as r(id uuid, receipt text) where j.id = r.id and j.completed_at is null`,
    values: [JSON.stringify(rows)],
  });
  await Promise.all([completed, ...notifications(client, ids)]);
}

const notifications = (client: PoolClient, ids: readonly string[]) => {
  const sent = [];
  for (let start = 0; start < ids.length; start += NOTIFIED_IDS_MAX) {
    const payload = ids.slice(start, start + NOTIFIED_IDS_MAX).join(',');
    sent.push(client.query(`select pg_notify('receipts', $1)`, [payload]));
  }
  return sent;
};
