import pg from 'pg';

/** `name` shows in pg_stat_activity; `onIdleError` hears when a waiting connection breaks (the pool replaces it). */
export type PoolOptions = Readonly<{
  url: string;
  name: string;
  connectionsMax?: number;
  statementMsMax?: number;
  onIdleError?: (error: Error) => void;
  /** Statements of one client are sent without waiting for the answers of those before; never twice the same named one at once. */
  pipeline?: boolean;
  /** Named statements are planned once, whatever their values: for statements by key, which need no other plan. */
  planOnce?: boolean;
}>;

const CONNECTIONS_MAX = 10;
const STATEMENT_MS_MAX = 60_000;
const CONNECT_MS_MAX = 15_000;
/** A transaction that idles holds back the catch-up reader, which reads below the oldest running one. */
const IDLE_IN_TRANSACTION_MS_MAX = 30_000;
const JSON_OID = 114;

/**
 * A pool whose `json` columns come as the text that was stored, ready to be served; `jsonb` is parsed, `bigint` is a
 * string. Every statement, connection and idle transaction has a bound.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const config: pg.PoolConfig & { pipeline: boolean } = {
    pipeline: options.pipeline ?? false,
    connectionString: options.url,
    application_name: options.name,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    statement_timeout: options.statementMsMax ?? STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  };
  const pool = new pg.Pool(config);
  const hear = (error: Error) => options.onIdleError?.(error);
  pool.on('error', hear);
  /* A client that is in use tells whoever waits for its answer; nobody else may fall over it. */
  pool.on('connect', (client) => {
    client.on('error', hear);
    if (options.planOnce) client.query('set plan_cache_mode = force_generic_plan').catch(hear);
  });
  return pool;
}

const asStored = (value: string) => value;

const typeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === JSON_OID && format !== 'binary' ? asStored : pg.types.getTypeParser(oid, format);
