import type { Pool, PoolClient } from 'pg';
import type { Lane } from '#storage/ingest-job';
import type { Job, JobPart } from './job.js';

const JOBS_PER_BATCH_MAX = 64;
/** An import is up to a hundred instances: four are less than a slice. */
const IMPORTS_PER_BATCH_MAX = 4;
/** From so many stores in one take on, the workers are busy with them, and imports wait. */
const CROWD_STORES_MIN = 8;
/** Longer than any slice takes, shorter than a sender waits for its receipt. */
const LEASE_SECONDS = 15;

/** How many imports a take may bring along: when few stores wait, and however many wait. */
export type ImportShare = Readonly<{ quiet: number; crowded: number }>;

/** Of so many takes one brings an import along however many stores wait, so that none waits for ever. */
const TAKES_PER_IMPORT = 8;
export const NO_IMPORTS: ImportShare = { quiet: 0, crowded: 0 };

/** The share of imports in the `take`-th take of a worker, counted from 0. */
export const importShare = (take: number): ImportShare => ({
  quiet: IMPORTS_PER_BATCH_MAX,
  crowded: take % TAKES_PER_IMPORT === 0 ? 1 : 0,
});

/** The oldest jobs of one lane that are due. */
const due = (lane: Lane, limit: string) => `select id from ingest_jobs, unflushed
      where lane = '${lane}' and completed_at is null and (claimed_until is null or claimed_until < now())
      order by accepted_at limit ${limit} for update of ingest_jobs skip locked`;

/** Claims the jobs that `due`, the last of the queries, finds. */
const claim = (queries: string) => `with
    unflushed as materialized (select set_config('synchronous_commit', 'off', true)), ${queries}
    update ingest_jobs j set claimed_until = now() + make_interval(secs => $2), attempts = attempts + 1
    from due where j.id = due.id
    returning j.id, j.hospital, j.actor, j.study, j.packs, j.parts, j.attempts, j.lane, j.accepted_at`;

const TAKE_STORES = { name: 'take-stores', text: claim(`due as (${due('store', '$1')})`) };

const IMPORTS = `(select case when count(*) < ${CROWD_STORES_MIN} then $3::int else $4::int end from stores)`;
const TAKE_BOTH = {
  name: 'take-both',
  text: claim(`stores as materialized (${due('store', '$1')}),
    imports as materialized (${due('import', IMPORTS)}),
    due as (select id from stores union all select id from imports)`),
};

/**
 * Claims waiting jobs for LEASE_SECONDS: stores, and as many imports as `imports` lets; stores first, each oldest first.
 * A claim lost in a crash only delays its jobs, so its commit needs no flush.
 */
export async function takeJobs(
  pool: Pool,
  imports: ImportShare = importShare(0),
): Promise<readonly Job[]> {
  const { rows } = await pool.query(takeOf(imports));
  const jobs = rows.sort((a, b) => a.accepted_at - b.accepted_at).map(toJob);
  return [...ofLane(jobs, 'store'), ...ofLane(jobs, 'import')];
}

/* To look for imports costs a third of a take: who may take none doesn't. */
const takeOf = ({ quiet, crowded }: ImportShare) => {
  const values = [JOBS_PER_BATCH_MAX, LEASE_SECONDS];
  return quiet + crowded === 0
    ? { ...TAKE_STORES, values }
    : { ...TAKE_BOTH, values: [...values, quiet, crowded] };
};

/** Whether a take that brought these jobs may have left others waiting. */
export function mayLeaveMore(jobs: readonly Job[]): boolean {
  const stores = ofLane(jobs, 'store').length;
  return stores >= CROWD_STORES_MIN || jobs.length > stores;
}

/** Those of the jobs that waited in this lane. */
export const ofLane = (jobs: readonly Job[], lane: Lane): readonly Job[] =>
  jobs.filter((job) => job.lane === lane);

const toJob = (row: Record<string, unknown>): Job => ({
  id: String(row['id']),
  hospital: String(row['hospital']),
  actor: String(row['actor']),
  study: row['study'] === null ? undefined : String(row['study']),
  packs: JSON.parse(String(row['packs'])) as Job['packs'],
  parts: JSON.parse(String(row['parts'])) as JobPart[],
  attempts: Number(row['attempts']),
  lane: row['lane'] as Lane,
});

/** Makes a job due again after `delaySeconds`; its attempts stay counted. */
export async function returnJob(pool: Pool, id: string, delaySeconds: number): Promise<void> {
  await pool.query(
    `update ingest_jobs set claimed_until = now() + make_interval(secs => $2) where id = $1 and completed_at is null`,
    [id, delaySeconds],
  );
}

/** Makes jobs due again at once; the attempt doesn't count against them. They are repeats all the same: some of their slices may be done. */
export async function returnUntried(pool: Pool, ids: readonly string[]): Promise<void> {
  await pool.query(
    `update ingest_jobs set claimed_until = null, attempts = greatest(attempts - 1, 1) where id = any($1) and completed_at is null`,
    [ids],
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
