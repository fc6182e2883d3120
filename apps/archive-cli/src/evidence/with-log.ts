import type { Pool } from 'pg';
import type { Log } from '#events/log';
import { postgresLog } from '#events/postgres/postgres-log';
import type { Config } from '#platform/config';
import { openKurrent } from '../archive-cli.module.js';
import { withFacts } from '../with-facts.js';

/** Opens the log, wherever it is, and the database, for the time of `work`. */
export const withLog = <T>(
  config: Config,
  work: (log: Log, pool: Pool) => Promise<T>,
): Promise<T> =>
  withFacts(config, async (_ports, pool) => {
    const beside = await openKurrent(config, pool);
    try {
      return await work(beside ?? postgresLog(pool), pool);
    } finally {
      await beside?.close();
    }
  });
