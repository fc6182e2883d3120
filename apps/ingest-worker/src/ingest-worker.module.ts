import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { InstancesStored } from '#archive/catalogue';
import { studyStream } from '#archive/catalogue';
import { KEY_CACHE_MS } from '#events/key-ring';
import { appendOrAbort } from '#events/postgres/append-or-abort';
import { keyCache } from '#events/postgres/key-cache';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { streamVersions } from '#events/postgres/stream-versions';
import { extractReader } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import { opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import { readFindable, writeFindable } from '#index/postgres/findable-writer';
import { applySettled } from '#index/postgres/settle-findable';
import type { SeriesView } from '#index/series-view';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import { readSecrets, type Secrets } from '#platform/secrets';
import type { ObjectStore } from '#storage/object-store';
import { openObjectStore } from '#storage/open-object-store';
import { insertSmallPack, withSmallPacks } from '#storage/postgres/small-packs';
import { readPlace } from '#storage/read-place';
import type { Ingest } from './ingest/ingest-batch.js';
import type { Within } from './ingest/within.js';
import { commitSettled } from './settle/commit-settled.js';
import type { OriginalExtract, Settle } from './settle/settle-study.js';

const KEYS_HELD_MAX = 10_000;
/** The worker reads a series once, to settle it or to compare with it. */
const SERIES_CACHE_BYTES_MAX = 8 * 1024 * 1024;
/** Shorter than the claim of a job, so that who waited in vain still has it and can put it back. */
const LOCK_MS_MAX = 10_000;

/** What the worker's loops run on. */
export type IngestWorker = Readonly<{
  pool: Pool;
  ingest: Ingest;
  settle: Settle;
  /** Gives connections that stay the same session. */
  sessions: Pool;
  close: () => Promise<void>;
}>;

/** The composition root: opens the adapters that the settings name. */
export async function openIngestWorker(config: Config, log: Log): Promise<IngestWorker> {
  const { pools, sessions: direct } = databaseAccess(config);
  if (pools.isPooler) await keepBounds(direct.url, { lockMsMax: LOCK_MS_MAX });
  const options = {
    ...pools,
    name: 'arkim ingest-worker',
    lockMsMax: LOCK_MS_MAX,
    onIdleError: (err: Error) => log.warn({ err }, 'a database connection broke'),
  };
  const pool = createPool(options);
  const commitPool = createPool({ ...options, pipeline: true, planOnce: true });
  const sessions = pools.isPooler
    ? createPool({ ...options, ...direct, isPooler: false, connectionsMax: 1 })
    : pool;
  const secrets = await readSecrets(config.dataFolder);
  const store = await openObjectStore(config, (err) => log.warn({ err }, 'object store'));
  const worker = composeIngestWorker({
    pool,
    commitPool,
    store,
    secrets,
    nowMs: () => performance.now(),
  });
  return {
    ...worker,
    sessions,
    close: async () => {
      await store.close();
      await commitPool.end();
      if (sessions !== pool) await sessions.end();
      await pool.end();
    },
  };
}

export type IngestPorts = Readonly<{
  pool: Pool;
  /** Where transactions of facts run: its clients pipeline. */
  commitPool: Pool;
  store: ObjectStore;
  secrets: Secrets;
  nowMs: () => number;
}>;

/** The worker over opened ports; tests open others. */
export function composeIngestWorker(ports: IngestPorts): Omit<IngestWorker, 'close' | 'sessions'> {
  const { pool, secrets, nowMs } = ports;
  const store = withSmallPacks(ports.store, pool);
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  const keys = postgresKeyRing(pool, {
    masterKey: secrets.masterKey,
    random: randomBytes,
    cache,
    unflushed: true,
  });
  const findable = findableReader(pool, { nowMs, cacheBytesMax: SERIES_CACHE_BYTES_MAX });
  const ids = opaqueIds(secrets.lookupKey);
  return {
    pool,
    ingest: {
      pool,
      commitPool: ports.commitPool,
      store,
      keys,
      ids,
      findable,
      within: withinIngest,
      written: { versions: [] },
    },
    settle: composeSettle({ ...ports, store }, { keys, findable }),
  };
}

const withinIngest = (client: PoolClient): Within => ({
  append: postgresEventStore(client).append,
  appendOrAbort: appendOrAbort.bind(undefined, client),
  read: (stream: string) => postgresEventStore(client).read(stream),
  versions: (streams: readonly string[]) => streamVersions(client, streams),
  insertSmallPack: insertSmallPack.bind(undefined, client),
  readFindable: readFindable.bind(undefined, client),
  writeFindable: writeFindable.bind(undefined, client),
});

const composeSettle = (
  { pool, store }: IngestPorts,
  { keys, findable }: Pick<Ingest, 'keys' | 'findable'>,
): Settle => ({
  store,
  keys,
  findable,
  readExtract: extractReader({ keys, readBytes: (place) => readPlace(store, place) }),
  seriesOf: findable.seriesOf,
  originalsOf: (view) => originalsOf(pool, findable, view),
  commit: (settled) =>
    commitSettled(
      {
        pool,
        within: (client) => ({
          append: postgresEventStore(client).append,
          applySettled: applySettled.bind(undefined, client),
        }),
      },
      settled,
    ),
});

const originalsOf = async (
  pool: Pool,
  findable: Findable,
  view: SeriesView,
): Promise<readonly OriginalExtract[]> => {
  const places = await findable.placesOf(view.series);
  const originals: OriginalExtract[] = [];
  for await (const recorded of postgresEventStore(pool).read(studyStream(view.claim))) {
    if (recorded.type !== 'InstancesStored' || recorded.version > view.through) continue;
    const { series, extract } = recorded.data as InstancesStored['data'];
    if (series !== view.series) continue;
    const place = places.get(extract.sha256);
    if (place === undefined) throw new Error('an extract that a fact names is in no pack');
    originals.push({ ...extract, place });
  }
  return originals;
};
