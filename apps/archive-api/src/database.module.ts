import type { Pool } from 'pg';
import { findableReader } from '#index/postgres/findable-reader';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import type { Ports } from './ports.js';
import { openSearching } from './search/searching.module.js';

const CONNECTIONS_MAX = 12;
/** For commands, which hold one while they ask for keys by the others. */
const COMMAND_CONNECTIONS_MAX = 4;

/** What the edge reads and writes in the database; `close` ends its connections. */
export type OpenedDatabase = Readonly<{
  ports: Pick<Ports, 'pool' | 'findable'> & Required<Pick<Ports, 'sessions' | 'searching'>>;
  commandPool: Pool;
  close: () => Promise<void>;
}>;

/** Opens the database that the settings name: pools, by way of the pooler when there is one, and what searches read. */
export async function openDatabase(
  config: Config,
  log: Log,
  nowMs: () => number,
): Promise<OpenedDatabase> {
  if (config.postgresUrl === undefined)
    throw new OperatorFault('ARKIM_POSTGRES_URL is not set: archive-standalone sets it');
  const access = databaseAccess(config);
  if (access.pools.isPooler) await keepBounds(config.postgresUrl);
  const own = {
    name: 'arkim archive-api',
    onIdleError: (err: Error) => log.warn({ err }, 'a database connection broke'),
  };
  const pool = createPool({ ...own, ...access.pools, connectionsMax: CONNECTIONS_MAX });
  const commandPool = createPool({
    ...own,
    ...access.pools,
    connectionsMax: COMMAND_CONNECTIONS_MAX,
  });
  const sessions = access.pools.isPooler
    ? createPool({ ...own, ...access.sessions, connectionsMax: 1 })
    : pool;
  const findable = findableReader(pool, { nowMs });
  const searching = openSearching(config, { findable, log, nowMs });
  return {
    ports: { pool, sessions, findable, searching },
    commandPool,
    close: async () => {
      await searching.close();
      if (sessions !== pool) await sessions.end();
      await commandPool.end();
      await pool.end();
    },
  };
}
