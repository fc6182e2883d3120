import type { Pool } from 'pg';
import type { LeafRow } from '../leaf-cursor.js';

const ROW = `index::float8 as index, encode(leaf, 'hex') as leaf, event::text, stream, version`;

/** Leaves of the log's tree from an index on, in their order. */
export const leavesFrom =
  (pool: Pool) =>
  async (from: number, limit: number): Promise<readonly LeafRow[]> =>
    (
      await pool.query<LeafRow>({
        name: 'evidence-leaves-from',
        text: `select ${ROW} from evidence_leaves where index >= $1 order by index limit $2`,
        values: [from, limit],
      })
    ).rows;

/** Where in the tree an event is. */
export const indexOfEvent =
  (pool: Pool) =>
  async (event: string): Promise<number | undefined> =>
    (
      await pool.query<{ index: number }>(
        'select index::float8 as index from evidence_leaves where event = $1',
        [event],
      )
    ).rows[0]?.index;

/** Leaves of these events, in no order. */
export const leavesOf = async (
  pool: Pool,
  events: readonly string[],
): Promise<readonly LeafRow[]> =>
  (await pool.query<LeafRow>(`select ${ROW} from evidence_leaves where event = any($1)`, [events]))
    .rows;
