import { createHash, randomUUID } from 'node:crypto';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { extractReader } from '#index/extract-reader';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { rebuildFindable } from '#index/postgres/rebuild-findable';
import { writeLandingPack } from '#storage/landing-pack';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import type { ObjectStore } from '#storage/object-store';
import { readPlace } from '#storage/read-place';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import type { Job, JobPart, Outcome } from '../../apps/ingest-worker/src/ingest/job.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { composeIngestWorker } from '../../apps/ingest-worker/src/ingest-worker.module.js';
import { testDatabase } from './postgres.js';

/** The write side and the index of an archive over real PostgreSQL and an object store in memory, without HTTP. */
export async function archiveCore() {
  const database = await testDatabase();
  const { pool } = database;
  await ensureFindable(pool);
  const store: ObjectStore = memoryObjectStore({ nowMs: () => Date.now(), bytesMax: 1e9 });
  const secrets = { masterKey: Buffer.alloc(32, 1), lookupKey: Buffer.alloc(32, 2) };
  let clockMs = 0;
  const nowMs = () => clockMs;
  const { ingest, settle } = composeIngestWorker({ pool, store, secrets, nowMs });
  const readExtract = extractReader({
    keys: ingest.keys,
    readBytes: (place) => readPlace(store, place),
  });
  const send = (files: readonly Buffer[], hospital = 'HOSP-A', study?: string) =>
    land(pool, store, { files, hospital, study });
  return {
    pool,
    store,
    ingest,
    settle,
    readExtract,
    passTime: (ms: number) => {
      clockMs += ms;
    },
    /** Lands one request of these files and answers with its job id. */
    send,
    /** Ingests all that waits. */
    work: async () => {
      for (let jobs = await takeJobs(pool); jobs.length > 0; jobs = await takeJobs(pool))
        await ingestBatch(ingest, jobs);
    },
    receipt: async (id: string): Promise<readonly Outcome[] | undefined> => {
      const { rows } = await pool.query('select receipt from ingest_jobs where id = $1', [id]);
      const text = rows[0]?.receipt;
      return text == null ? undefined : JSON.parse(text).outcomes;
    },
    rebuild: () =>
      rebuildFindable({
        pool,
        log: postgresEventStore(pool),
        keys: ingest.keys,
        readExtract,
        progress: () => undefined,
      }),
    close: database.close,
  };
}

type Sent = Readonly<{ files: readonly Buffer[]; hospital: string; study: string | undefined }>;

async function land(
  pool: Awaited<ReturnType<typeof testDatabase>>['pool'],
  store: ObjectStore,
  { files, hospital, study }: Sent,
): Promise<string> {
  const id = randomUUID();
  async function* parts() {
    for (const file of files) yield { body: once(file) };
  }
  const landed = await writeLandingPack(
    store,
    {
      request: { request: id, hospital, caller: 'test' },
      newPackId: randomUUID,
      limits: { packBytesMax: 1e9, partBytesMax: 1e9 },
    },
    parts(),
  );
  const packs: Job['packs'] = landed.packs.map(({ pack, key, bytes }) => ({ pack, key, bytes }));
  const jobParts: JobPart[] = landed.packs.flatMap(({ entries }, pack) =>
    entries.map(({ part, offset, bytes, sha256 }) => ({ part, pack, offset, bytes, sha256 })),
  );
  await pool.query(
    `insert into ingest_jobs (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count)
     values ($1, $2, 'test', $3, $4, $5, $6, $7, 0)`,
    [
      id,
      hospital,
      createHash('sha256').update(id).digest(),
      study ?? null,
      JSON.stringify(packs),
      JSON.stringify(jobParts),
      jobParts.length,
    ],
  );
  return id;
}

async function* once(bytes: Buffer) {
  yield bytes;
}
