import { sharedPatientLocks } from './patient-locks.js';
import { SWITCH_LOCK } from './switch-lock.js';

/** What asks the database: a client inside a transaction. */
type Asker = Readonly<{
  query: (statement: { name: string; text: string; values?: unknown[] }) => Promise<{
    rows: Record<string, unknown>[];
  }>;
}>;

/**
 * One owner per study while it is appended to (design D15): the locks go with the transaction, so a dead worker holds none. `patients`: whose
 * persons are about to be read for rows of these studies.
 * Answers with the versions of the findable projection that must be written until the transaction ends: the active one first, and right
 * after a switch the one before it too, because readers may trust that for another second.
 * Two statements: the second must see what was committed while the first waited.
 */
export async function lockForAppend(
  client: Asker,
  claims: readonly string[],
  patients: readonly string[] = [],
): Promise<readonly number[]> {
  const locked = client.query({
    name: 'lock-for-append',
    text: `select pg_advisory_xact_lock_shared(hashtext('${SWITCH_LOCK}'))
      union all select pg_advisory_xact_lock(hashtextextended(claim, 0)) from unnest($1::text[]) as claim
      union all ${sharedPatientLocks('$2::text[]')}`,
    values: [[...claims].sort(), [...patients].sort()],
  });
  const found = client.query({
    name: 'findable-versions',
    text: `select active, also from projections where name = 'findable'`,
  });
  const [, { rows }] = await Promise.all([locked, found]);
  if (rows[0] === undefined) throw new Error('the findable projection has not been created yet');
  const { active, also } = rows[0];
  return also === null ? [Number(active)] : [Number(active), Number(also)];
}
