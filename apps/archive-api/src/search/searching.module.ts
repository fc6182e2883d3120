import type { Findable, RowsInOneGo } from '#index/findable';
import { findableReader } from '#index/postgres/findable-reader';
import { replicaRows } from '#index/postgres/replica-rows';
import { rowsInOneGo } from '#index/postgres/rows-in-one-go';
import type { ReplicaState } from '#index/replica-gate';
import { boundedStatements } from '#platform/bounded-statements';
import type { Config } from '#platform/config';
import { databaseAccess } from '#platform/database-access';
import type { Log } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import type { Searching } from './search-ports.js';

/** Searches have connections of their own: slow ones hold up nothing but each other. */
const CONNECTIONS_MAX = 8;
/** A search that takes longer is answered 503; a retrieve or a store may take longer. */
const STATEMENT_MS_MAX = 10_000;
/** No search waits longer for a replica that is just being lost; later ones don't wait for it at all. */
const REPLICA_CONNECT_MS_MAX = 500;
/** A replica that has stopped answering is left after the time that it had for the statement, and a little. */
const REPLICA_ANSWER_MS_MAX = STATEMENT_MS_MAX + 1_000;

export type OpenSearching = Readonly<{
  /** Reads what searches don't read: series and their places. */
  findable: Findable;
  log: Log;
  nowMs: () => number;
}>;

/** What searches read: rows from the replica when the settings name one and it has all that a search must find, else from the primary. */
export function openSearching(
  config: Config,
  { findable, log, nowMs }: OpenSearching,
): Searching & Readonly<{ close: () => Promise<void> }> {
  const { pools } = databaseAccess(config);
  const onIdleError = (err: Error) => log.warn({ err }, 'a database connection of searches broke');
  const own = { name: 'arkim archive-api search', connectionsMax: CONNECTIONS_MAX, onIdleError };
  const pool = createPool({
    ...own,
    ...pools,
    statementMsMax: STATEMENT_MS_MAX,
    pipeline: true,
  });
  const bounded = pools.isPooler ? boundedStatements(pool, STATEMENT_MS_MAX) : pool;
  const onPrimary = findableReader(bounded, { nowMs }).rows;
  const reads = { primary: 0, replica: 0 };
  const ran = (where: keyof typeof reads) => {
    reads[where]++;
  };
  const replica = openReplica(config, onIdleError);
  const rows: Findable['rows'] = replica
    ? replicaRows({ ...replica, onPrimary, nowMs, ran, tell: teller(log) })
    : (statement) => {
        ran('primary');
        return onPrimary(statement);
      };
  return {
    findable: { ...findable, rows },
    inOneGo: replica || pools.isPooler ? undefined : counted(rowsInOneGo(pool, nowMs), ran),
    reads: () => reads,
    close: async () => {
      await Promise.all([pool.end(), replica?.replica.end(), replica?.primary.end()]);
    },
  };
}

const counted =
  (inOneGo: RowsInOneGo, ran: (where: 'primary') => void): RowsInOneGo =>
  (first, second) => {
    ran('primary');
    ran('primary');
    return inOneGo(first, second);
  };

function openReplica(config: Config, onIdleError: (error: Error) => void) {
  if (config.replicaUrl === undefined) return undefined;
  const { sessions } = databaseAccess(config);
  return {
    primary: createPool({
      ...sessions,
      name: 'arkim archive-api position',
      connectionsMax: 1,
      onIdleError,
    }),
    replica: createPool({
      url: config.replicaUrl,
      name: 'arkim archive-api search',
      connectionsMax: CONNECTIONS_MAX,
      statementMsMax: STATEMENT_MS_MAX,
      answerMsMax: REPLICA_ANSWER_MS_MAX,
      connectMsMax: REPLICA_CONNECT_MS_MAX,
      pipeline: true,
      onIdleError,
    }),
  };
}

const FOUND: Readonly<Record<ReplicaState, string>> = {
  following: 'searches read the replica',
  behind: 'the replica is behind: searches read the primary',
  away: 'the replica does not answer: searches read the primary',
  promoted: 'the replica follows no server: searches read the primary',
  foreign:
    'the replica follows another server, or has no restart point on the timeline of ours: searches read the primary',
};

const teller = (log: Log) => (state: ReplicaState, cause: unknown) => {
  const about = cause === undefined ? {} : { err: cause };
  if (state === 'following') log.info(about, FOUND[state]);
  else log.warn(about, FOUND[state]);
};
