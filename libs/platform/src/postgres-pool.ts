import pg from 'pg';
import { dropNames } from './postgres/drop-names.js';

/** `name` shows in pg_stat_activity; `onIdleError` hears when a waiting connection breaks (the pool replaces it). */
export type PoolOptions = Readonly<{
  url: string;
  name: string;
  connectionsMax?: number;
  statementMsMax?: number;
  /** How long a statement waits for a lock before it fails; without it as long as it may take at all. */
  lockMsMax?: number;
  connectMsMax?: number;
  /** How long a client waits for the answer of a server that may have gone silent; then its connection is given up. */
  answerMsMax?: number;
  onIdleError?: (error: Error) => void;
  /** Statements of one client are sent without waiting for the answers of those before; never twice the same named one at once. */
  pipeline?: boolean;
  /** Named statements are planned once, whatever their values: for statements by key, which need no other plan. */
  planOnce?: boolean;
  /** The URL is a pooler's, which may give each transaction another session (ADR 17): no named statements, and bounds are what the login has on the server. */
  isPooler?: boolean;
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
    ...(options.isPooler ? {} : sessionBounds(options)),
    connectionTimeoutMillis: options.connectMsMax ?? CONNECT_MS_MAX,
    ...(options.answerMsMax === undefined ? {} : { query_timeout: options.answerMsMax }),
    keepAlive: true,
    types: { getTypeParser: typeParser },
  };
  const pool = new pg.Pool(config);
  const hear = (error: Error) => options.onIdleError?.(error);
  pool.on('error', hear);
  /* A client that is in use tells whoever waits for its answer; nobody else may fall over it. */
  pool.on('connect', (client) => {
    client.on('error', hear);
    if (options.isPooler) dropNames(client);
    else if (options.planOnce) client.query('set plan_cache_mode = force_generic_plan').catch(hear);
  });
  return pool;
}

/** Names of PostgreSQL's settings and their values in milliseconds, as a pool sets them for its sessions. */
export const sessionBounds = ({
  statementMsMax = STATEMENT_MS_MAX,
  lockMsMax,
}: Pick<PoolOptions, 'statementMsMax' | 'lockMsMax'>) => ({
  statement_timeout: statementMsMax,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
  ...(lockMsMax === undefined ? {} : { lock_timeout: lockMsMax }),
});

const asStored = (value: string) => value;

const typeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === JSON_OID && format !== 'binary' ? asStored : pg.types.getTypeParser(oid, format);
