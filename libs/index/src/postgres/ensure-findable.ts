import type { Pool } from 'pg';
import { FINDABLE } from './active-version.js';
import { createFindable } from './findable-schema.js';

/** Makes version 1 of the findable projection in a new archive; does nothing in any other. */
export async function ensureFindable(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('findable-rebuild'))`);
    const { rowCount } = await client.query('select 1 from projections where name = $1', [
      FINDABLE,
    ]);
    if (rowCount === 0) {
      await client.query(createFindable(1));
      await client.query('insert into projections (name, active) values ($1, 1)', [FINDABLE]);
    }
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
