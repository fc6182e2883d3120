import type { PoolClient } from 'pg';
import type { Obstacle } from '../study-content.js';
import { isFrozen } from './is-frozen.js';
import { isHeld } from './is-held.js';
import { retentionInForce } from './published-retention.js';
import { BASIS } from './write-schedules.js';

/** A study of a batch. */
export type OfBatch = Readonly<{ batch: string; claim: string; hospital: string }>;

/**
 * What stands against disposing of a study, as the database says at this moment; undefined: nothing. Asked in the transaction that does it, under the study's
 * lock. `today`: YYYY-MM-DD.
 */
export async function obstacleOf(
  client: PoolClient,
  { batch, claim, hospital }: OfBatch,
  today: string,
): Promise<Obstacle | undefined> {
  const stopped = await client.query(
    `select 1 from disposition_batches where batch = $1 and state = 'approved'`,
    [batch],
  );
  if (stopped.rowCount === 0) return 'batch-stopped';
  if (await isHeld(client, claim)) return 'held';
  if (await isBeingScheduled(client, claim)) return 'rescheduling';
  const due = await client.query(
    `select 1 from retention_schedule where claim = $1 and state = 'scheduled' and due_on <= $2::date`,
    [claim, today],
  );
  if (due.rowCount === 0) return 'not-due';
  if (await isFrozen(client, hospital, 'deletion')) return 'frozen';
  return (await isRebuilding(client)) ? 'rebuilding' : undefined;
}

/** What a rebuild makes again of a study whose key it has read; it must not find the study gone. */
const REBUILT = [
  ...['findable', 'reservations', 'study_exams', 'manifests'],
  ...['study_access', 'patient_ids', 'person_flags'],
];

/** Locks, too: none of these rebuilds begins until the transaction ends. */
const isRebuilding = async (client: PoolClient): Promise<boolean> => {
  const { rows } = await client.query(
    `select bool_and(pg_try_advisory_xact_lock_shared(hashtext(name || '-rebuild'))) as free from unnest($1::text[]) as name`,
    [REBUILT],
  );
  return rows[0]?.free !== true;
};

/** Whether something was said that may move the date, and the schedule doesn't say it yet. */
const isBeingScheduled = async (client: PoolClient, claim: string): Promise<boolean> => {
  const { version } = await retentionInForce(client);
  const { basis } = (await client.query(BASIS, [version])).rows[0];
  const { rowCount } = await client.query(
    `select 1 from retention_progress where basis <> $2 or swept_to is not null
     union all
     select 1 from study_access a join retention_queue q on q.claim = a.claim
       or a.person <> '' and (q.person = a.person or q.claim in (select o.claim from study_access o where o.person = a.person))
     where a.claim = $1 limit 1`,
    [claim, basis],
  );
  return rowCount !== 0;
};
