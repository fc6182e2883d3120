import type { PoolClient } from 'pg';
import { findableSchema } from './findable-schema.js';

/**
 * Says of these studies how access is decided to them since something of them was rejected or is rejected no more, by the rows of version `version`: the gate, the change
 * feed, manifests and orders go by it. What was disposed of stays so.
 */
export async function writeStates(
  client: PoolClient,
  version: number,
  claims: readonly string[],
): Promise<void> {
  await client.query(
    `update study_access a set state = n.state from
       (select claim, coalesce(u.state, 'active') as state from unnest($1::text[]) as asked (claim)
        left join ${findableSchema(version)}.unseen_studies u using (claim)) n
     where n.claim = a.claim and a.state not in ('disposed', n.state)`,
    [claims],
  );
  await client.query('select touch_manifests($1, true)', [claims]);
}

/** The same for the rows of a table that is being rebuilt. */
export const statesOfBuilt = (table: string, version: number): string =>
  `update ${table} b set state = coalesce((select 'disposed' from study_access a where a.claim = b.claim and a.state = 'disposed'),
     (select u.state from ${findableSchema(version)}.unseen_studies u where u.claim = b.claim), 'active')`;

/** When studies were, whether anything of them may be seen or not. */
export const momentsOf = (schema: string): string =>
  `select claim, study_date, study_time from ${schema}.studies union all select claim, study_date, study_time from ${schema}.unseen_studies`;
