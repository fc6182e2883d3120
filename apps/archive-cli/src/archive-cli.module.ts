import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { KEY_CACHE_MS, type KeyRing } from '#events/key-ring';
import type { Log } from '#events/log';
import { openMasterKey } from '#events/open-master-key';
import { openIntents } from '#events/postgres/append-intents';
import { keyCache } from '#events/postgres/key-cache';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { extractReader, type ReadExtract } from '#index/extract-reader';
import { extractsReader } from '#index/extracts-reader';
import type { Findable } from '#index/findable';
import { type OpaqueIds, opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import { fulfilIntents } from '#index/postgres/fulfil-intents';
import { authoritiesBy } from '#index/postgres/hospital-authorities';
import { hospitalSettings } from '#index/postgres/hospital-settings';
import { hospitalTerms } from '#index/postgres/hospital-terms';
import { type RebuildReport, rebuildFindable } from '#index/postgres/rebuild-findable';
import { rebuildTable, type TableReport } from '#index/postgres/rebuild-table';
import { type TableName, tableProjections } from '#index/postgres/table-projections';
import type { Place } from '#index/series-view';
import { SWITCH_LOCK } from '#index/switch-lock';
import type { Config } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { masterKeyPlaces } from '#platform/master-key-places';
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
import { readTerms } from './read-terms.js';

/** The rebuild of a table compares it whole, in one statement. */
const STATEMENT_MS_MAX = 3_600_000;
const CONNECTIONS_MAX = 4;
const KEYS_HELD_MAX = 10_000;
/** Readers ask once a second which version is active. */
const REBUILD_GRACE_MS = 3_000;

/** `repair`: what differs from the log is put right, not only told. */
export type RebuildOptions = Readonly<{
  repair: boolean;
  progress: (events: number) => void;
  compared: (studies: number, of: number) => void;
}>;

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
  log: Log;
  /** The log as a transaction of the pool's database appends to it; when it lies elsewhere, the fact is there though the transaction may fail. */
  logWithin: (client: PoolClient) => Log;
  /** Begins the transaction of a fact and its row. */
  begin: (client: PoolClient) => Promise<void>;
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
  const kurrent = await openKurrent(config, pool).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  try {
    return await withObjects(config, async (store) =>
      work(await compose(config, { pool, kurrent, store: withSmallPacks(store, pool) })),
    );
  } finally {
    await kurrent?.close();
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

/** The log in KurrentDB; undefined when it is in PostgreSQL. Refuses an archive whose log is where the settings don't say. */
export const openKurrent = (config: Config, pool: Pool) =>
  openLogBeside(config, pool, (line) => new OperatorFault(line));

/** Begins the transaction of a fact and its row. When the fact doesn't commit with it, a rebuild that compares the two must be kept from seeing one alone. */
export async function beginAppend(client: PoolClient, kurrent: Log | undefined): Promise<void> {
  await client.query('begin');
  if (kurrent !== undefined)
    await client.query('select pg_advisory_xact_lock_shared(hashtext($1))', [SWITCH_LOCK]);
}

type Opened = Readonly<{ pool: Pool; kurrent: Log | undefined; store: ObjectStore }>;

const compose = async (config: Config, { pool, kurrent, store }: Opened): Promise<OpenArchive> => {
  const { lookupKey } = await readSecrets(config.dataFolder);
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const nowMs = () => performance.now();
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes, cache });
  const readBytes = (place: Place) => readPlace(store, place);
  const readExtract = extractReader({ keys, readBytes });
  const log = kurrent ?? postgresLog(pool);
  const ids = opaqueIds(lookupKey);
  const settingsOf = hospitalSettings(pool, nowMs);
  const termsOf = hospitalTerms(await readTerms(), settingsOf);
  const readExtracts = extractsReader({ keys, readBytes });
  const fill = { ids, authoritiesOf: authoritiesBy(settingsOf) };
  const tables = tableProjections(ids, fill, { readExtracts, termsOf });
  const source = { pool, intents: openIntents(pool), log, keys, readExtract, ids, termsOf };
  const rebuilding = {
    ...source,
    readExtracts,
    ...(kurrent && { endIntents: () => fulfilIntents(source) }),
  };
  return {
    pool,
    store,
    keys,
    readExtract,
    ids,
    enqueueImport: ingestQueue(pool, 'import'),
    findable: findableReader(pool, { nowMs }),
    log,
    logWithin: (client) => kurrent ?? postgresLog(client),
    begin: (client) => beginAppend(client, kurrent),
    rebuildFindable: (options) =>
      rebuildFindable({ ...rebuilding, graceMs: REBUILD_GRACE_MS, ...options }),
    rebuildTable: (name, options) => rebuildTable({ ...rebuilding, ...options }, tables[name]),
  };
};
