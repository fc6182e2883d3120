import type { Pool } from 'pg';
import type { Rows, RowsInOneGo } from '../findable.js';
import { readRows } from './findable-reader.js';
import { inActiveSchema } from './in-active-schema.js';

/** On one connection of a pipelining pool: the server is woken once for both statements. Rejects with what the first that failed did. */
export function rowsInOneGo(pool: Pool, nowMs: () => number): RowsInOneGo {
  const inSchema = inActiveSchema(pool, nowMs);
  return (first, second) =>
    inSchema(async (schema) => {
      const client = await pool.connect();
      const [one, two] = await Promise.allSettled([
        readRows(client, schema, first),
        readRows(client, schema, second),
      ]);
      client.release();
      return [rowsOrThrow(one), rowsOrThrow(two)];
    });
}

const rowsOrThrow = (settled: PromiseSettledResult<Rows>): Rows => {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
};
