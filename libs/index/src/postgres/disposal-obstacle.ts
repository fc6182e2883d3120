import type { PoolClient } from 'pg';
import type { Obstacle } from '../study-content.js';
import { isFrozen } from './is-frozen.js';

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
  const due = await client.query(
    `select 1 from retention_schedule where claim = $1 and state = 'scheduled' and due_on <= $2::date`,
    [claim, today],
  );
  if (due.rowCount === 0) return 'not-due';
  return (await isFrozen(client, hospital, 'deletion')) ? 'frozen' : undefined;
}

/** Locks, too: no hold is placed on it until the transaction ends. */
const isHeld = async (client: PoolClient, claim: string): Promise<boolean> => {
  const { rowCount } = await client.query('select 1 from lock_held(array[$1]) limit 1', [claim]);
  return rowCount !== 0;
};
