import type { Pool, PoolClient } from 'pg';
import type { Freeze } from '#archive/hospital-events';

/** Whether a crisis has frozen this for the hospital, as the database says now. Deletions ask within the transaction that they would commit. */
export async function isFrozen(
  database: Pick<Pool | PoolClient, 'query'>,
  hospital: string,
  what: Freeze,
): Promise<boolean> {
  const { rowCount } = await database.query(
    'select 1 from hospitals where hospital = $1 and $2 = any(frozen)',
    [hospital, what],
  );
  return rowCount === 1;
}
