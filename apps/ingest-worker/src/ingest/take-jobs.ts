import type { Pool, PoolClient } from 'pg';
import type { Job, JobPart } from './job.js';

/** When so many were taken, more may be waiting. */
export const JOBS_PER_BATCH_MAX = 64;
/** Longer than any slice takes, shorter than a sender waits for its receipt. */
const LEASE_SECONDS = 15;

const TAKE = {
  name: 'take-jobs',
  text: `with unflushed as materialized (select set_config('synchronous_commit', 'off', true)),
    due as (
      select id from ingest_jobs, unflushed
      where completed_at is null and (claimed_until is null or claimed_until < now())
      order by accepted_at limit $1 for update of ingest_jobs skip locked)
    update ingest_jobs j set claimed_until = now() + make_interval(secs => $2), attempts = attempts + 1
    from due where j.id = due.id
    returning j.id, j.hospital, j.actor, j.study, j.packs, j.parts, j.attempts, j.accepted_at`,
};

/** Claims waiting jobs, oldest first, for LEASE_SECONDS. A claim lost in a crash only delays its jobs, so its commit needs no flush. */
export async function takeJobs(pool: Pool): Promise<readonly Job[]> {
  const { rows } = await pool.query({ ...TAKE, values: [JOBS_PER_BATCH_MAX, LEASE_SECONDS] });
  return rows.sort((a, b) => a.accepted_at - b.accepted_at).map(toJob);
}

const toJob = (row: Record<string, unknown>): Job => ({
  id: String(row['id']),
  hospital: String(row['hospital']),
  actor: String(row['actor']),
  study: row['study'] === null ? undefined : String(row['study']),
  packs: JSON.parse(String(row['packs'])) as Job['packs'],
  parts: JSON.parse(String(row['parts'])) as JobPart[],
  attempts: Number(row['attempts']),
});

/** Makes a job due again after `delaySeconds`; its attempts stay counted. */
export async function returnJob(pool: Pool, id: string, delaySeconds: number): Promise<void> {
  await pool.query(
    `update ingest_jobs set claimed_until = now() + make_interval(secs => $2) where id = $1 and completed_at is null`,
    [id, delaySeconds],
  );
}

/** Keeps the claim of a job that takes many commits. */
export async function keepClaim(client: PoolClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query({
    name: 'keep-claim',
    text: `update ingest_jobs set claimed_until = now() + make_interval(secs => $2) where id = any($1)`,
    values: [ids, LEASE_SECONDS],
  });
}
