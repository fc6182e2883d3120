import type { Pool, QueryConfig, QueryResult } from 'pg';

/** Sends single statements. */
export type Statements = Pick<Pool, 'query'>;

/**
 * Statements of a pool behind a pooler, which can't bound a session: each reads in a transaction of its own that is bounded. All goes out
 * at once, so the pool has to pipeline.
 */
export function boundedStatements(pool: Pool, statementMsMax: number): Statements {
  const bound = `set local statement_timeout = ${Math.trunc(statementMsMax)}`;
  const query = async (statement: QueryConfig | string): Promise<QueryResult> => {
    const client = await pool.connect();
    const sent = [
      client.query('begin read only'),
      client.query(bound),
      client.query(statement),
      client.query('commit'),
    ] as const;
    const [begun, bounded, done, committed] = await Promise.allSettled(sent);
    const isBroken = begun.status === 'rejected' || committed.status === 'rejected';
    client.release(isBroken || bounded.status === 'rejected');
    if (done.status === 'fulfilled') return done.value;
    throw isBroken && begun.status === 'rejected' ? begun.reason : done.reason;
  };
  return { query: query as Pool['query'] };
}
