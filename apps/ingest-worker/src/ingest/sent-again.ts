import type { PoolClient } from 'pg';
import type { Job, Outcome } from './job.js';

type Finished = Readonly<{ job: Job; outcomes: readonly Outcome[] }>;

/** Counts instances of finished jobs whose bytes were kept already; a job counts once. */
export async function countSentAgain(
  client: PoolClient,
  finished: readonly Finished[],
): Promise<void> {
  const rows = finished.map(countOf).filter(({ instances }) => instances > 0);
  if (rows.length === 0) return;
  await client.query({
    name: 'count-sent-again',
    text: `insert into sent_again (job, hospital, instances, bytes)
      select job, hospital, instances, bytes from json_to_recordset($1) as row (job uuid, hospital text, instances int, bytes bigint)
      on conflict do nothing`,
    values: [JSON.stringify(rows)],
  });
}

const countOf = ({ job, outcomes }: Finished) => {
  const again = new Set(
    outcomes.filter(({ outcome }) => outcome === 'same').map(({ part }) => part),
  );
  const kept = job.parts.filter(({ part }) => again.has(part));
  const bytes = kept.reduce((sum, part) => sum + ('bytes' in part ? part.bytes : 0), 0);
  return { job: job.id, hospital: job.hospital, instances: again.size, bytes };
};
