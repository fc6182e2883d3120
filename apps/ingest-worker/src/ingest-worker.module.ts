import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { InstancesStored } from '#archive/catalogue';
import { studyStream } from '#archive/catalogue';
import { SENT_AGAIN_UNLESS_SET } from '#archive/intake/decide-intake';
import type { EventStore } from '#events/event-store';
import { KEY_CACHE_MS } from '#events/key-ring';
import type { Log as EventLog } from '#events/log';
import { openMasterKey } from '#events/open-master-key';
import { openIntents } from '#events/postgres/append-intents';
import { keyCache } from '#events/postgres/key-cache';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { type PostgresKeyRingOptions, postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { parseTerms, TERM_FILES, type Terms } from '#exams/terms';
import { extractReader } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import { type OpaqueIds, opaqueIds } from '#index/opaque-ids';
import { pixelKeyOf } from '#index/pixel-digest';
import { readAccess } from '#index/postgres/access-rows';
import { type FillAccess, fillAccess, fillAccessOnce } from '#index/postgres/fill-access';
import { type FillExams, fillExamsOnce } from '#index/postgres/fill-exams';
import { findableReader } from '#index/postgres/findable-reader';
import { catchUpStudies, type Fulfil, fulfilIntents } from '#index/postgres/fulfil-intents';
import { authoritiesBy } from '#index/postgres/hospital-authorities';
import { hospitalSettings } from '#index/postgres/hospital-settings';
import { hospitalTerms } from '#index/postgres/hospital-terms';
import { reclassifyExams } from '#index/postgres/reclassify-exams';
import type { SeriesView } from '#index/series-view';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import { readInstalled } from '#platform/installed-files';
import type { Log } from '#platform/log';
import { masterKeyPlaces } from '#platform/master-key-places';
import { OperatorFault } from '#platform/operator-fault';
import { patiently } from '#platform/patiently';
import { createPool } from '#platform/postgres-pool';
import { readSecrets, type Secrets } from '#platform/secrets';
import type { ObjectStore } from '#storage/object-store';
import { openObjectStore } from '#storage/open-object-store';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { readPlace } from '#storage/read-place';
import { withHandedBodies } from './handed/handed-jobs.js';
import type { Ingest } from './ingest/ingest-batch.js';
import { settledBeside, sliceBeside } from './log-beside.module.js';
import { settledWithin, sliceWithin } from './log-within.module.js';
import { type Manifests, manifestsOf } from './manifests.module.js';
import { revokeAsked } from './rejections/revoke-asked.js';
import { commitSettled } from './settle/commit-settled.js';
import type { OriginalExtract, Settle } from './settle/settle-study.js';

const KEYS_HELD_MAX = 10_000;
/** The worker reads a series once, to settle it or to compare with it. */
const SERIES_CACHE_BYTES_MAX = 8 * 1024 * 1024;
/** A header is read right after it was written: the kernel has it in memory, and to wake a thread for it takes longer than the read. */
const HEADER_READ_BYTES_MAX = 64 * 1024;
/** Shorter than the claim of a job, so that who waited in vain still has it and can put it back. */
const LOCK_MS_MAX = 10_000;

/** What the worker's loops run on. */
export type IngestWorker = Readonly<{
  pool: Pool;
  ingest: Ingest;
  settle: Settle;
  manifests: Manifests;
  /** Gives connections that stay the same session. */
  sessions: Pool;
  /** Revokes rejections as was asked; answers with how many. */
  revoke: () => Promise<number>;
  /** Ends what dead workers intended to append; undefined when the log commits with its rows. */
  fulfil: (() => Promise<number>) | undefined;
  /** Small packs of jobs that were handed over and haven't committed yet. */
  handedBodies: Map<string, Buffer>;
  /** Gives studies from before that was written down whose they are, once in an archive's life; answers with how many. */
  fill: (signal: AbortSignal) => Promise<number>;
  /** Classifies again the exams that other terms classified; answers with how many. */
  reclassify: (signal: AbortSignal) => Promise<number>;
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
  const kurrent = await patiently(
    () => openLogBeside(config, pool, (line) => new OperatorFault(line)),
    (err) => log.warn({ err }, 'the database does not answer yet'),
  );
  const { lookupKey } = await readSecrets(config.dataFolder);
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const store = await openObjectStore(config, (err) => log.warn({ err }, 'object store'), {
    readNowBytesMax: HEADER_READ_BYTES_MAX,
  });
  const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);
  const worker = composeIngestWorker({
    pool,
    commitPool,
    ...(kurrent && { log: kurrent }),
    store,
    secrets: { masterKey, lookupKey },
    terms: parseTerms(files, digest),
    nowMs: () => performance.now(),
    publicUrl: config.publicUrl,
  });
  return {
    ...worker,
    sessions,
    close: async () => {
      await store.close();
      await kurrent?.close();
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
  /** A log that doesn't commit with the pool's database; left out, the log is in it. */
  log?: EventLog;
  store: ObjectStore;
  secrets: Pick<Secrets, 'lookupKey'> & Pick<PostgresKeyRingOptions, 'masterKey'>;
  /** By which exams are classified. */
  terms: Terms;
  nowMs: () => number;
  publicUrl: string;
}>;

/** The worker over opened ports; tests open others. */
export function composeIngestWorker(ports: IngestPorts): Omit<IngestWorker, 'close' | 'sessions'> {
  const { pool, commitPool, log, secrets, nowMs } = ports;
  const handedBodies = new Map<string, Buffer>();
  const store = withHandedBodies(withSmallPacks(ports.store, pool), handedBodies);
  const keys = keysOf(ports);
  const findable = findableReader(pool, { nowMs, cacheBytesMax: SERIES_CACHE_BYTES_MAX });
  const ids = opaqueIds(secrets.lookupKey);
  const readExtract = extractReader({ keys, readBytes: (place) => readPlace(store, place) });
  const hospitals = hospitalsOf(ports, ids);
  const beside = log && { log, intentPool: commitPool };
  const source = { ...hospitals, keys, readExtract, ids, pool: commitPool };
  const repair = log && repairOf({ ...source, intents: openIntents(pool), log });
  const putRight = repair?.putRight ?? nothingToPutRight;
  const within = beside ? sliceBeside.bind(undefined, beside) : sliceWithin;
  return {
    pool,
    ingest: {
      ...{ pool, commitPool, store, keys, ids, findable },
      ...hospitals,
      ...{ within, putRight },
      written: { versions: [] },
    },
    settle: settleOf({ ...ports, store, keys, ids, findable, readExtract, putRight }),
    manifests: manifestsOf({ ...ports, keys, findable, ids, wallMs: Date.now }),
    revoke: () => revokeAsked({ pool: commitPool, within, putRight }),
    fulfil: repair?.fulfil,
    handedBodies,
    fill: fillOf(pool, { ...source, log: log ?? postgresEventStore(pool) }),
    reclassify: reclassifyExams.bind(undefined, pool, hospitals.termsOf, new Map()),
  };
}

/** What studies of an archive from before lack. */
const fillOf =
  (pool: Pool, source: FillAccess & FillExams): IngestWorker['fill'] =>
  async (signal) =>
    (await fillAccessOnce(pool, source, signal)) + (await fillExamsOnce(pool, source, signal));

const keysOf = ({ pool, secrets: { masterKey }, nowMs }: IngestPorts) => {
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  return postgresKeyRing(pool, { masterKey, random: randomBytes, cache, unflushed: true });
};

/** What the settings of hospitals say of how their data sets are read. */
const hospitalsOf = (
  { pool, terms, nowMs }: IngestPorts,
  ids: OpaqueIds,
): Pick<Ingest, 'authoritiesOf' | 'knownPatients' | 'termsOf' | 'sentAgainOf'> => {
  const settingsOf = hospitalSettings(pool, nowMs);
  const authoritiesOf = authoritiesBy(settingsOf);
  return {
    authoritiesOf,
    termsOf: hospitalTerms(terms, settingsOf),
    sentAgainOf: async (hospital) =>
      (await settingsOf(hospital))?.rejection?.sentAgain ?? SENT_AGAIN_UNLESS_SET,
    knownPatients: async (claims, patients) => {
      await fillAccess(pool, { ids, authoritiesOf }, claims);
      return readAccess(pool, claims, patients);
    },
  };
};

/** Facts and rows commit together: neither is ever behind the other. */
type Settling = IngestPorts &
  Pick<Settle, 'keys' | 'ids' | 'findable' | 'readExtract'> &
  Readonly<{ findable: Findable; putRight: Ingest['putRight'] }>;

const settleOf = ({ pool, commitPool, log, secrets, putRight, ...reading }: Settling): Settle => ({
  ...reading,
  seriesOf: (claim) => reading.findable.seriesOf(claim, { rejected: true }),
  putRight: (claim) => putRight([claim]),
  pixelKey: pixelKeyOf(secrets.lookupKey),
  originalsOf: originalsOf.bind(undefined, log ?? postgresEventStore(pool), reading.findable),
  commit: commitSettled.bind(undefined, {
    pool,
    within: log ? settledBeside.bind(undefined, { log, intentPool: commitPool }) : settledWithin,
  }),
});

const nothingToPutRight = (_claims: readonly string[]) => Promise.resolve();

const repairOf = (fulfil: Fulfil) => ({
  fulfil: () => fulfilIntents(fulfil),
  putRight: async (claims: readonly string[]) => {
    await fulfilIntents(fulfil);
    await catchUpStudies(fulfil, claims);
  },
});

const originalsOf = async (
  log: EventStore,
  findable: Findable,
  view: SeriesView,
): Promise<readonly OriginalExtract[]> => {
  const places = await findable.placesOf(view.series);
  const originals: OriginalExtract[] = [];
  for await (const recorded of log.read(studyStream(view.claim))) {
    if (recorded.type !== 'InstancesStored' || recorded.version > view.through) continue;
    const { series, extract } = recorded.data as InstancesStored['data'];
    if (series !== view.series) continue;
    const place = places.get(extract.sha256);
    if (place === undefined) throw new Error('an extract that a fact names is in no pack');
    originals.push({ ...extract, place });
  }
  return originals;
};
