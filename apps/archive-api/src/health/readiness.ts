import type { Pool } from 'pg';

export const READINESS = Symbol('Readiness');

/** What is still missing before requests make sense; undefined when nothing is. */
export type Readiness = () => Promise<'database' | 'schema' | 'demo' | undefined>;

const UNDEFINED_TABLE = '42P01';
const STATE = `select
  exists (select 1 from projections where name = 'findable') as findable,
  exists (select 1 from platform_state where key = 'demo' and value = 'stored') as demo`;

/** `demo`: the demo's samples belong to this archive, so it is ready once they can be found. */
export const readiness =
  (pool: Pool, demo: boolean): Readiness =>
  async () => {
    try {
      const { rows } = await pool.query<{ findable: boolean; demo: boolean }>(STATE);
      if (!rows[0]?.findable) return 'schema';
      return demo && !rows[0].demo ? 'demo' : undefined;
    } catch (error) {
      return (error as { code?: string }).code === UNDEFINED_TABLE ? 'schema' : 'database';
    }
  };
