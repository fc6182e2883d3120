import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { EventStore } from '#events/event-store';
import { postgresLog } from '#events/postgres/postgres-log';
import { extractReader } from '#index/extract-reader';
import { extractsReader } from '#index/extracts-reader';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { type Rebuild, rebuildFindable } from '#index/postgres/rebuild-findable';
import { rebuildTable } from '#index/postgres/rebuild-table';
import { type TableName, tableProjections } from '#index/postgres/table-projections';
import { derivationKeyOf } from '#platform/derived-key';
import { createPool } from '#platform/postgres-pool';
import { writeLandingPack } from '#storage/landing-pack';
import type { ObjectStore } from '#storage/object-store';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { readPlace } from '#storage/read-place';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import type { Job, JobPart, Outcome } from '../../apps/ingest-worker/src/ingest/job.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { composeIngestWorker } from '../../apps/ingest-worker/src/ingest-worker.module.js';
import { bindToPlan, type Fact, factsIn, type LogPlace, testLog } from './log.js';
import { testObjectStore } from './object-store.js';
import { type TestDatabase, testDatabase } from './postgres.js';
import { TEST_TERMS } from './terms.js';

/** Keys of archives in tests. */
const MASTER_KEY = Buffer.alloc(32, 1);
export const TEST_SECRETS = {
  masterKey: MASTER_KEY,
  lookupKey: Buffer.alloc(32, 2),
  derivationKey: derivationKeyOf(MASTER_KEY),
};

const OBJECT_BYTES_MAX = 1e9;

/** The write side and the index of an archive over real PostgreSQL, without HTTP; objects lie where the suite has them unless a store is given, the log where the run wants it unless a place is. */
export async function archiveCore(given?: ObjectStore, place?: LogPlace) {
  const { store: objects, close: closeObjects } = await testObjectStore(OBJECT_BYTES_MAX, given);
  const database: TestDatabase = await testDatabase();
  const { pool } = database;
  const store = withSmallPacks(objects, pool);
  await ensureFindable(pool);
  let clockMs = 0;
  const commitPool = createPool({ url: database.url, name: 'arkim test', pipeline: true });
  const beside = await testLog(place);
  const log = beside?.log ?? postgresLog(pool);
  await bindToPlan(pool, beside);
  const ports = {
    pool,
    commitPool,
    store: objects,
    secrets: TEST_SECRETS,
    terms: TEST_TERMS,
    nowMs: () => clockMs,
    publicUrl: 'http://archive.example',
  };
  const { ingest, settle, manifests, fulfil, revoke } = composeIngestWorker({
    ...ports,
    ...(beside && { log: beside.log }),
  });
  const readBytes = readPlace.bind(undefined, store);
  const readExtract = extractReader({ keys: ingest.keys, readBytes });
  const readExtracts = extractsReader({ keys: ingest.keys, readBytes });
  const rebuilding = {
    pool: commitPool,
    log,
    keys: ingest.keys,
    progress: () => undefined,
    repair: false,
    ...(fulfil && { endIntents: fulfil }),
  };
  return {
    pool,
    log,
    /** How another process opens the log, when it is apart. */
    logPlan: beside?.plan,
    /** All facts, in the order of the log; of one type when that is named. */
    facts: async (type?: string): Promise<readonly Fact[]> => {
      const facts = await (beside?.facts() ?? factsIn(pool));
      return facts.filter((fact) => type === undefined || fact.type === type);
    },
    url: database.url,
    store,
    ingest,
    settle,
    manifests,
    revoke,
    readExtract,
    passTime: (ms: number) => {
      clockMs += ms;
    },
    /** Lands one request of these files and answers with its job id. */
    send: (files: readonly Buffer[], hospital = 'HOSP-A', study?: string) =>
      land(pool, store, { files, hospital, study }),
    /** Ingests all that waits. */
    work: async () => {
      for (
        let jobs = await takeJobs(commitPool);
        jobs.length > 0;
        jobs = await takeJobs(commitPool)
      )
        await ingestBatch(ingest, jobs);
    },
    receipt: async (id: string): Promise<readonly Outcome[] | undefined> => {
      const { rows } = await pool.query('select receipt from ingest_jobs where id = $1', [id]);
      const text = rows[0]?.receipt;
      return text == null ? undefined : JSON.parse(text).outcomes;
    },
    rebuild: (options: RebuildOptions & FindableOptions = {}) =>
      rebuildFindable({ ...rebuilding, readExtracts, graceMs: 0, ...options }),
    rebuildTable: (name: TableName, options: RebuildOptions = {}) =>
      rebuildTable(
        { ...rebuilding, ...options },
        tableProjections(ingest.ids, ingest, { readExtracts, termsOf: ingest.termsOf })[name],
      ),
    close: async () => {
      await commitPool.end();
      await database.close();
      await beside?.close();
      await closeObjects();
    },
  };
}

type RebuildOptions = Readonly<{ repair?: boolean; log?: EventStore }>;
type FindableOptions = Pick<Rebuild, 'compared' | 'groupsMax'>;

export type ArchiveCore = Awaited<ReturnType<typeof archiveCore>>;

type Sent = Readonly<{ files: readonly Buffer[]; hospital: string; study: string | undefined }>;

const LIMITS = { packBytesMax: 1e9, partBytesMax: 1e9 };

async function land(
  pool: Pool,
  store: ObjectStore,
  { files, hospital, study }: Sent,
): Promise<string> {
  const id = randomUUID();
  const request = { request: id, hospital, caller: 'test' };
  const landing = { request, newPackId: randomUUID, limits: LIMITS };
  const landed = await writeLandingPack(store, landing, bodies(files));
  const packs: Job['packs'] = landed.packs.map(({ pack, key, bytes }) => ({ pack, key, bytes }));
  const parts: JobPart[] = landed.packs.flatMap(({ entries }, pack) =>
    entries.map(({ part, offset, bytes, sha256 }) => ({ part, pack, offset, bytes, sha256 })),
  );
  const digest = createHash('sha256').update(id).digest();
  const lists = [JSON.stringify(packs), JSON.stringify(parts), parts.length];
  await pool.query(
    `insert into ingest_jobs (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count)
     values ($1, $2, 'test', $3, $4, $5, $6, $7, 0)`,
    [id, hospital, digest, study ?? null, ...lists],
  );
  return id;
}

async function* bodies(files: readonly Buffer[]) {
  for (const file of files) yield { body: once(file) };
}

async function* once(bytes: Buffer) {
  yield bytes;
}
