import type { Pool } from 'pg';
import { groupCommit } from '../group-commit.js';
import {
  type Enqueue,
  type Enqueued,
  type IngestJob,
  type Lane,
  requestDigest,
} from '../ingest-job.js';

const BATCH_JOBS_MAX = 64;

const insertInto = (names: string, values: string) => `insert into ingest_jobs
    (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count${names})
  select *${values} from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[],
    $7::text[], $8::int[], $9::bigint[])
  on conflict (request_digest) do nothing
  returning id, pg_notify('ingest', '')`;

/* The edge has no right to name a lane: what it doesn't name is a store. */
const INSERT: Readonly<Record<Lane, { name: string; text: string }>> = {
  store: { name: 'ingest-enqueue', text: insertInto('', '') },
  import: { name: 'ingest-enqueue-import', text: insertInto(', lane', ", 'import'") },
};

const FIND = 'select id, request_digest from ingest_jobs where request_digest = any($1)';

/** All requests that wait together are one insert, one flush, one wake-up of the workers. */
export const ingestQueue = (pool: Pool, lane: Lane = 'store'): Enqueue =>
  groupCommit((jobs) => insertJobs(pool, lane, jobs), BATCH_JOBS_MAX);

async function insertJobs(
  pool: Pool,
  lane: Lane,
  jobs: readonly IngestJob[],
): Promise<readonly Enqueued[]> {
  const digests = jobs.map(requestDigest);
  const { rows } = await pool.query<{ id: string }>({
    ...INSERT[lane],
    values: columns(jobs, digests),
  });
  const inserted = new Set(rows.map(({ id }) => id));
  const known = inserted.size === jobs.length ? new Map() : await findJobs(pool, digests);
  return jobs.map(({ id }, index) =>
    inserted.has(id)
      ? { id, joined: false }
      : { id: earlier(known, digests[index] as Buffer), joined: true },
  );
}

const columns = (jobs: readonly IngestJob[], digests: readonly Buffer[]) => [
  jobs.map(({ id }) => id),
  jobs.map(({ hospital }) => hospital),
  jobs.map(({ actor }) => actor),
  digests,
  jobs.map(({ study }) => study),
  jobs.map(({ packs }) => JSON.stringify(packs)),
  jobs.map(({ parts }) => JSON.stringify(parts)),
  jobs.map(({ parts }) => parts.length),
  jobs.map(({ packs }) => packs.reduce((sum, { bytes }) => sum + bytes, 0)),
];

async function findJobs(pool: Pool, digests: readonly Buffer[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; request_digest: Buffer }>({
    name: 'ingest-find',
    text: FIND,
    values: [digests],
  });
  return new Map(rows.map(({ id, request_digest }) => [request_digest.toString('hex'), id]));
}

function earlier(known: ReadonlyMap<string, string>, digest: Buffer): string {
  const id = known.get(digest.toString('hex'));
  if (id === undefined) throw new Error('a request was neither accepted nor accepted before');
  return id;
}
