import type { Pool } from 'pg';
import type { PublishedVersion } from '../policy-commands.js';

/** The versions that were published last, the newest first. */
export async function publishedVersions(
  pool: Pool,
  table: 'access_policies' | 'match_windows' | 'retention_policies',
  limit: number,
): Promise<readonly PublishedVersion[]> {
  const { rows } = await pool.query(
    `select version, based_on, published_at, actor from ${table} order by sequence desc limit $1`,
    [limit],
  );
  return rows.map((row) => ({
    version: row.version,
    basedOn: row.based_on,
    publishedAt: row.published_at.toISOString(),
    actor: row.actor,
  }));
}
