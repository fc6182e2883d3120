import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { lastEventTypes } from '#events/postgres/last-event-types';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { streamVersions } from '#events/postgres/stream-versions';
import { extractReader, type ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import { type OpaqueIds, opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import { type RebuildReport, rebuildFindable } from '#index/postgres/rebuild-findable';
import { rebuildTable, type TableReport } from '#index/postgres/rebuild-table';
import { type TableName, tableProjections } from '#index/postgres/table-projections';
import type { Config } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { readSecrets } from '#platform/secrets';
import type { Enqueue } from '#storage/ingest-job';
import type { ObjectStore } from '#storage/object-store';
import { objectStoreLine } from '#storage/object-store-line';
import { openObjectStore } from '#storage/open-object-store';
import { ingestQueue } from '#storage/postgres/ingest-queue';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { readPlace } from '#storage/read-place';

/** A rebuild may compare whole tables in one statement. */
const STATEMENT_MS_MAX = 3_600_000;
const CONNECTIONS_MAX = 4;
/** Readers ask once a second which version is active. */
const REBUILD_GRACE_MS = 3_000;

/** `repair`: what differs from the log is put right, not only told. */
export type RebuildOptions = Readonly<{ repair: boolean; progress: (events: number) => void }>;

/** What commands work on, beside a running archive. */
export type OpenArchive = Readonly<{
  pool: Pool;
  store: ObjectStore;
  findable: Findable;
  ids: OpaqueIds;
  keys: KeyRing;
  readExtract: ReadExtract;
  /** Into the lane for imports. */
  enqueueImport: Enqueue;
  eventsOf: (db: Pool | PoolClient) => EventStore;
  versionsOf: (db: PoolClient, streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  lastEventTypes: (streams: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  rebuildFindable: (options: RebuildOptions) => Promise<RebuildReport | 'running'>;
  rebuildTable: (name: TableName, options: RebuildOptions) => Promise<TableReport | 'running'>;
}>;

/** Opens the archive that the settings name for the time of `work`. */
export async function withArchive<T>(
  config: Config,
  work: (archive: OpenArchive) => Promise<T>,
): Promise<T> {
  const pool = createPool({
    url: await findDatabase(config),
    name: 'arkim',
    connectionsMax: CONNECTIONS_MAX,
    statementMsMax: STATEMENT_MS_MAX,
    pipeline: true,
  });
  try {
    return await withObjects(config, async (store) =>
      work(await compose(config, pool, withSmallPacks(store, pool))),
    );
  } finally {
    await pool.end();
  }
}

const withObjects = async <T>(
  config: Config,
  work: (store: ObjectStore) => Promise<T>,
): Promise<T> => {
  const faults: unknown[] = [];
  try {
    const store = await openObjectStore(config, (fault) => faults.push(fault));
    const done = await work(store).finally(() => store.close());
    if (faults.length > 0) throw new AggregateError(faults, 'the object store reported faults');
    return done;
  } catch (cause) {
    const line = objectStoreLine(cause, config.s3);
    throw line === undefined ? cause : new OperatorFault(line, { cause });
  }
};

const compose = async (config: Config, pool: Pool, store: ObjectStore): Promise<OpenArchive> => {
  const { masterKey, lookupKey } = await readSecrets(config.dataFolder);
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes });
  const readExtract = extractReader({ keys, readBytes: (place) => readPlace(store, place) });
  const log = postgresEventStore(pool);
  const ids = opaqueIds(lookupKey);
  const tables = tableProjections(ids);
  return {
    pool,
    store,
    keys,
    readExtract,
    ids,
    enqueueImport: ingestQueue(pool, 'import'),
    findable: findableReader(pool, { nowMs: () => performance.now() }),
    eventsOf: postgresEventStore,
    versionsOf: streamVersions,
    lastEventTypes: (streams) => lastEventTypes(pool, streams),
    rebuildFindable: (options) =>
      rebuildFindable({ pool, log, keys, readExtract, graceMs: REBUILD_GRACE_MS, ...options }),
    rebuildTable: (name, options) => rebuildTable({ pool, log, keys, ...options }, tables[name]),
  };
};
