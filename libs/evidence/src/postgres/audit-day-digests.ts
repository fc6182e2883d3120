import type { Pool } from 'pg';

/** The digests (hex) of the days of access records, by their day. */
export async function auditDayDigests(pool: Pool): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ day: string; digest: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day, encode(digest, 'hex') as digest from audit_days`,
  );
  return new Map(rows.map(({ day, digest }) => [day, digest]));
}
