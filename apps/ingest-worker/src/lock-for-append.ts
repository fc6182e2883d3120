import type { PoolClient } from 'pg';

/**
 * One owner per study while it is appended to (design D15): the locks go with the transaction, so a dead worker holds none.
 * Answers with the version of the findable projection that is active now and stays so until the transaction ends.
 * Two statements: the second must see what was committed while the first waited.
 */
export async function lockForAppend(
  client: PoolClient,
  claims: readonly string[],
): Promise<number> {
  const locked = client.query({
    name: 'lock-for-append',
    text: `select pg_advisory_xact_lock_shared(hashtext('findable-switch'))
      union all select pg_advisory_xact_lock(hashtextextended(claim, 0)) from unnest($1::text[]) as claim`,
    values: [[...claims].sort()],
  });
  const found = client.query({
    name: 'findable-version',
    text: `select active from projections where name = 'findable'`,
  });
  const [, { rows }] = await Promise.all([locked, found]);
  if (rows[0] === undefined) throw new Error('the findable projection has not been created yet');
  return Number(rows[0].active);
}
