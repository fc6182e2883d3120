import type { Pool } from 'pg';
import type { Freeze } from '#archive/hospital-events';
import { isFrozen } from '#index/postgres/is-frozen';
import { OperatorFault } from '#platform/operator-fault';

const WORDS: Readonly<Record<Freeze, string>> = {
  ingest: 'nothing is taken in from it',
  deletion: 'nothing of it is let go',
  export: 'nothing of it is taken out',
};

/** Throws OperatorFault while a crisis has frozen this for the hospital. */
export async function refuseFrozen(pool: Pool, hospital: string, what: Freeze): Promise<void> {
  if (await isFrozen(pool, hospital, what))
    throw new OperatorFault(`${hospital} is in a crisis: ${WORDS[what]} until arkim crisis end`);
}
