import type { PoolClient } from 'pg';
import type { Job } from '../ingest/job.js';

/** One of the requests was accepted before: its sender is to be told the receipt of the first. */
export class RequestKnown extends Error {
  override readonly name = 'RequestKnown';
}

/** A job that was handed over, and the receipt that it commits with. */
export type CompletedJob = Readonly<{ job: Job; receipt: string }>;

/* Rows in the order of their digests, so that two lanes never wait for each other. A division by zero fails the transaction, and the commit sent right behind. */
const KEEP = {
  name: 'keep-handed',
  text: `with kept as (insert into ingest_jobs
      (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count, attempts, completed_at, receipt)
      select id, hospital, actor, decode(digest, 'hex'), study, packs, parts, part_count, byte_count, 1, now(), receipt
      from json_to_recordset($1) as job (id uuid, hospital text, actor text, digest text, study text, packs text, parts text,
        part_count int, byte_count bigint, receipt text)
      order by digest
      on conflict do nothing returning 1)
    select 1 / (count(*) = $2)::int as whole from kept`,
};
const DIVISION_BY_ZERO = '22012';

/** Writes the rows of jobs that no queue has had, done. Throws RequestKnown, and leaves the transaction failed, when one of them was accepted before. */
export async function keepHanded(
  client: PoolClient,
  completed: readonly CompletedJob[],
): Promise<void> {
  if (completed.length === 0) return;
  const rows = completed.map(({ job, receipt }) => ({
    id: job.id,
    hospital: job.hospital,
    actor: job.actor,
    digest: job.handed?.digest.toString('hex'),
    study: job.study ?? null,
    packs: JSON.stringify(job.packs),
    parts: JSON.stringify(job.parts),
    part_count: job.parts.length,
    byte_count: job.packs.reduce((sum, { bytes }) => sum + bytes, 0),
    receipt,
  }));
  try {
    await client.query({ ...KEEP, values: [JSON.stringify(rows), rows.length] });
  } catch (error) {
    const known = error instanceof Error && 'code' in error && error.code === DIVISION_BY_ZERO;
    throw known ? new RequestKnown('accepted before', { cause: error }) : error;
  }
}

const KEEP_BODIES = {
  name: 'keep-handed-bodies',
  text: `insert into small_packs (key, body)
    select key, substring($1::bytea from start for bytes) from unnest($2::text[], $3::int[], $4::int[]) as body (key, start, bytes)`,
};

/** Writes the small packs of jobs that were handed over. */
export async function keepBodies(client: PoolClient, jobs: readonly Job[]): Promise<void> {
  const bodies = jobs.flatMap(({ handed }) => handed?.bodies ?? []);
  if (bodies.length === 0) return;
  let end = 1;
  const starts = bodies.map(({ body }) => {
    end += body.length;
    return end - body.length;
  });
  const values = [
    Buffer.concat(bodies.map(({ body }) => body)),
    bodies.map(({ key }) => key),
    starts,
    bodies.map(({ body }) => body.length),
  ];
  await client.query({ ...KEEP_BODIES, values });
}

/** A job that was handed over has its row only with its receipt: what takes more slices than one is for the queue. */
export function assertWhole(continues: readonly Job[]): void {
  if (continues.some(({ handed }) => handed !== undefined))
    throw new Error('a job that was handed over takes more than one slice');
}
