import type { Pool } from 'pg';

/** Name of the findable projection in the table of projections. */
export const FINDABLE = 'findable';
/** A version stays readable for longer than this after a switch. */
const TRUST_MS = 1_000;

/** Which version of the findable projection is read now; asked for once a second at most. */
export function activeVersion(pool: Pool, nowMs: () => number) {
  let known: { version: number; atMs: number } | undefined;
  const refreshed = async (): Promise<number> => {
    const { rows } = await pool.query({
      name: 'findable-active',
      text: 'select active from projections where name = $1',
      values: [FINDABLE],
    });
    if (rows[0] === undefined) throw new Error('the findable projection has not been created yet');
    known = { version: Number(rows[0].active), atMs: nowMs() };
    return known.version;
  };
  return {
    refreshed,
    current: async (): Promise<number> =>
      known !== undefined && nowMs() - known.atMs < TRUST_MS ? known.version : refreshed(),
  };
}
