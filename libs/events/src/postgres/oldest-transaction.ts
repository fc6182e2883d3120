import type { Pool } from 'pg';

const AGE = {
  name: 'events-oldest-transaction',
  text: `select coalesce(extract(epoch from clock_timestamp() - min(began)), 0)::float8 as seconds from (
      select xact_start as began from pg_stat_activity where backend_xid is not null
      union all select prepared from pg_prepared_xacts
    ) writing`,
};

/**
 * Age in seconds of the oldest transaction that has written, in the whole server; 0 when none runs. `after` sees nothing
 * that began later (design D16): alarm on it. The role needs pg_read_all_stats to see the sessions of others.
 */
export async function oldestTransactionAgeSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ seconds: number }>(AGE);
  return rows[0]?.seconds ?? 0;
}
