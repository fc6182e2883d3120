import type { Pool, PoolClient } from 'pg';

/** Name of the findable projection in the table of projections. */
export const FINDABLE = 'findable';
/** A version stays readable for longer than this after a switch. */
const TRUST_MS = 1_000;

/** What statements are sent to: a pool, one of its connections, or what bounds them. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** Which version of the findable projection is active at this moment. */
export async function readActiveVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query({
    name: 'findable-active',
    text: 'select active from projections where name = $1',
    values: [FINDABLE],
  });
  if (rows[0] === undefined) throw new Error('the findable projection has not been created yet');
  return Number(rows[0].active);
}

/** Which version of the findable projection is read now; asked for once a second at most. */
export function activeVersion(db: Queryable, nowMs: () => number) {
  let known: { version: number; atMs: number } | undefined;
  const refreshed = async (): Promise<number> => {
    known = { version: await readActiveVersion(db), atMs: nowMs() };
    return known.version;
  };
  return {
    refreshed,
    current: async (): Promise<number> =>
      known !== undefined && nowMs() - known.atMs < TRUST_MS ? known.version : refreshed(),
  };
}
