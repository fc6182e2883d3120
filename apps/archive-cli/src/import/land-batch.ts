import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Pool } from 'pg';
import { type Enqueue, ingestJobOf, requestDigest } from '#storage/ingest-job';
import { LANDING_LIMITS, writeLandingPack } from '#storage/landing-pack';
import type { ObjectStore } from '#storage/object-store';
import type { FoundFile } from './find-files.js';

/** A file whose bytes were read once. */
export type HashedFile = FoundFile & Readonly<{ sha256: string }>;

/** The job that brings these files, in the order of its parts. `before`: it was complete already, from an earlier import. */
export type Sent = Readonly<{ job: string; files: readonly HashedFile[]; before: boolean }>;

export type LandTo = Readonly<{
  pool: Pool;
  store: ObjectStore;
  /** Into the lane for imports. */
  enqueue: Enqueue;
  hospital: string;
}>;

/** Reads the file; undefined when it can't be read. */
export async function hashFile(file: FoundFile): Promise<HashedFile | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file.path)) hash.update(chunk);
  } catch {
    return undefined;
  }
  return { ...file, sha256: hash.digest('hex') };
}

/** Lands the files in packs and queues their job: bytes before the job that names them. Files that an earlier import brought in the same batch aren't landed again. */
export async function landBatch(to: LandTo, files: readonly HashedFile[]): Promise<Sent> {
  const known = await findJob(to, files);
  if (known !== undefined) return { ...known, files };
  const id = randomUUID();
  const landing = {
    request: { request: id, hospital: to.hospital, caller: ACTOR },
    newPackId: randomUUID,
    limits: LANDING_LIMITS,
  };
  const landed = await writeLandingPack(to.store, landing, bodies(files));
  const request = { id, hospital: to.hospital, actor: ACTOR, study: null };
  const enqueued = await to.enqueue(ingestJobOf(request, landed));
  return { job: enqueued.id, files, before: false };
}

const ACTOR = 'operator';

const findJob = async (
  { pool, hospital }: LandTo,
  files: readonly HashedFile[],
): Promise<Omit<Sent, 'files'> | undefined> => {
  const parts = files.map(({ bytes, sha256 }, part) => ({
    part,
    pack: 0,
    offset: 0,
    bytes,
    sha256,
  }));
  const { rows } = await pool.query<Omit<Sent, 'files'>>(
    'select id as job, completed_at is not null as before from ingest_jobs where request_digest = $1',
    [requestDigest({ hospital, study: null, parts })],
  );
  return rows[0];
};

async function* bodies(files: readonly HashedFile[]) {
  for (const { path, bytes } of files) yield { body: createReadStream(path), bytesExpected: bytes };
}
