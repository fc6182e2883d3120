import type { Pool } from 'pg';
import { createPool } from '#platform/postgres-pool';

/** The roles that `infra/postgres/0003-roles.sql` makes. */
export const ROLES = ['arkim_api', 'arkim_ingest', 'arkim_retention', 'arkim_operator'] as const;

export type Role = (typeof ROLES)[number];

/** The URL of another user, on a server that asks for no password. */
export function urlAs(url: string, user: string): string {
  const own = new URL(url);
  own.username = user;
  return own.href;
}

/** Works on the database of `url`, logged in as `user`. */
export async function loggedIn<T>(
  url: string,
  user: string,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url: urlAs(url, user), name: 'arkim test' });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
