import type { Pool } from 'pg';
import { groupCommit } from '../group-commit.js';
import {
  type Enqueue,
  type Enqueued,
  type IngestJob,
  type Lane,
  requestDigest,
  type Told,
} from '../ingest-job.js';

const BATCH_JOBS_MAX = 64;

/* What needs no flush of its own says so to the one commit of the statement. */
const insertInto = (names: string, values: string, beside = '') => `with
    flush as materialized (select set_config('synchronous_commit',
      case when $1 then current_setting('synchronous_commit') else 'off' end, true)),
    accepted as (insert into ingest_jobs
      (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count${names})
      select job.*${values} from flush, unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[],
        $8::text[], $9::int[], $10::bigint[]) as job
      on conflict (request_digest) do nothing
      returning id)${beside}
  select id, pg_notify('ingest', '') from accepted`;

/** The bodies come in one value, one after the other: as elements of an array they would be sent as text. */
const BODIES = `, kept as (insert into small_packs (key, body)
      select key, substring($11::bytea from start for bytes)
      from unnest($12::uuid[], $13::text[], $14::int[], $15::int[]) as body (job, key, start, bytes)
      join accepted on accepted.id = body.job)`;

/* The edge has no right to name a lane: what it doesn't name is a store. */
const INSERT: Readonly<Record<Lane, { name: string; text: string }>> = {
  store: { name: 'ingest-enqueue', text: insertInto('', '') },
  import: { name: 'ingest-enqueue-import', text: insertInto(', lane', ", 'import'") },
};
const INSERT_SMALL = { name: 'ingest-enqueue-small', text: insertInto('', '', BODIES) };

const FIND = 'select id, request_digest from ingest_jobs where request_digest = any($1)';

type Item = Readonly<{ job: IngestJob; told: Told }>;

/** All requests that wait together are one insert, one flush, one wake-up of the workers. */
export function ingestQueue(pool: Pool, lane: Lane = 'store'): Enqueue {
  const enqueue = groupCommit<Item, Enqueued>(
    (items) => insertJobs(pool, lane, items),
    BATCH_JOBS_MAX,
  );
  return (job, told = 'acceptance') => enqueue({ job, told });
}

async function insertJobs(
  pool: Pool,
  lane: Lane,
  items: readonly Item[],
): Promise<readonly Enqueued[]> {
  const jobs = items.map(({ job }) => job);
  const digests = jobs.map(requestDigest);
  const flushed = items.some(({ told }) => told === 'acceptance');
  const bodies = bodyColumns(jobs);
  const { rows } = await pool.query<{ id: string }>({
    ...(bodies.length === 0 ? INSERT[lane] : INSERT_SMALL),
    values: [flushed, ...columns(jobs, digests), ...bodies],
  });
  const inserted = new Set(rows.map(({ id }) => id));
  if (inserted.size === jobs.length) return jobs.map(({ id }) => ({ id, joined: false }));
  const known = await findJobs(pool, digests);
  if (flushed) await flushCommitted(pool);
  return jobs.map(({ id }, index) =>
    inserted.has(id)
      ? { id, joined: false }
      : { id: earlier(known, digests[index] as Buffer), joined: true },
  );
}

/** Makes durable whatever was committed before: the job that is joined may not have been flushed. */
const flushCommitted = (pool: Pool) =>
  pool.query({ name: 'ingest-flush', text: `select pg_logical_emit_message(true, 'arkim', '')` });

function bodyColumns(jobs: readonly IngestJob[]): readonly unknown[] {
  const bodies = jobs.flatMap(({ id, bodies: own = [] }) => own.map((body) => ({ id, ...body })));
  if (bodies.length === 0) return [];
  let end = 1;
  const starts = bodies.map(({ body }) => {
    const start = end;
    end += body.length;
    return start;
  });
  return [
    Buffer.concat(bodies.map(({ body }) => body)),
    bodies.map(({ id }) => id),
    bodies.map(({ key }) => key),
    starts,
    bodies.map(({ body }) => body.length),
  ];
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
