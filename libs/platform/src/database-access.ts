import pg from 'pg';
import type { Config } from './config.js';
import { type PoolOptions, sessionBounds } from './postgres-pool.js';

/** Where a program's pools connect to, and where what needs a session of its own does: to hear a channel, to ask for a position. */
export type DatabaseAccess = Readonly<{
  pools: Pick<PoolOptions, 'url' | 'isPooler'>;
  sessions: Pick<PoolOptions, 'url'>;
}>;

/* Programs of one login may start at once, and PostgreSQL refuses one of two who change a login together. Any number will do. */
const BOUNDS_LOCK = 7_301_002;

/** How a program reaches its database: by its own URL, its pools by way of the pooler when there is one. */
export function databaseAccess({
  postgresUrl = '',
  poolerUrl,
}: Pick<Config, 'postgresUrl' | 'poolerUrl'>): DatabaseAccess {
  const sessions = { url: postgresUrl };
  if (poolerUrl === undefined) return { pools: sessions, sessions };
  return { pools: { url: throughPooler(postgresUrl, poolerUrl), isPooler: true }, sessions };
}

/* The pooler's address and what it asks of the connection; who logs in, and to which database unless the pooler has its own name for it, as ever. */
function throughPooler(url: string, poolerUrl: string): string {
  const own = new URL(url);
  const pooler = new URL(poolerUrl);
  pooler.username = own.username;
  pooler.password = own.password;
  if (pooler.pathname === '' || pooler.pathname === '/') pooler.pathname = own.pathname;
  return pooler.href;
}

/**
 * Gives the login of this URL, in this database, the bounds that its sessions can't be given one by one behind a pooler. The server keeps
 * them; sessions that the pooler has open already get them when it opens them anew.
 */
export async function keepBounds(
  url: string,
  bounds: Pick<PoolOptions, 'statementMsMax' | 'lockMsMax'> = {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'arkim bounds' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [BOUNDS_LOCK]);
    const { rows } = await client.query('select current_database() as name');
    const database = client.escapeIdentifier(String(rows[0]?.name));
    for (const [setting, ms] of Object.entries(sessionBounds(bounds)))
      await client.query(`alter role session_user in database ${database} set ${setting} = ${ms}`);
  } finally {
    await client.end();
  }
}
