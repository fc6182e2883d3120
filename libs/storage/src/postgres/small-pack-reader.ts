import type { Pool } from 'pg';
import { groupCommit } from '../group-commit.js';

const KEYS_PER_QUERY_MAX = 64;

const FIND = 'select key, body from small_packs where key = any($1)';

/** Reads packs that are kept in the database; those that are asked for meanwhile share a query. Undefined when there is none. */
export function smallPackReader(pool: Pool): (key: string) => Promise<Buffer | undefined> {
  const find = async (keys: readonly string[]) => {
    const { rows } = await pool.query<{ key: string; body: Buffer }>({
      name: 'small-packs',
      text: FIND,
      values: [keys],
    });
    const bodies = new Map(rows.map(({ key, body }) => [key, body]));
    return keys.map((key) => bodies.get(key));
  };
  return groupCommit(find, KEYS_PER_QUERY_MAX);
}
