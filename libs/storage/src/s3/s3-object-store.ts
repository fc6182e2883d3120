import { randomUUID } from 'node:crypto';
import { assertKey, assertPrefix } from '../object-key.js';
import type { ObjectStore } from '../object-store.js';
import { type BlockPool, blockPool } from './block-pool.js';
import { heedsCondition } from './conditional-writes.js';
import { connectionsTo } from './connections.js';
import { type Housekeeping, housekeeping } from './housekeeping.js';
import { listObjects } from './list-objects.js';
import { forgetUpload } from './multipart-upload.js';
import type { BucketTraits, PutContext } from './put-context.js';
import { putObject } from './put-object.js';
import { headObject, readObject } from './read-object.js';
import { removeObject } from './remove-object.js';
import { type S3Client, s3Client } from './s3-client.js';
import { S3Failure } from './s3-failure.js';
import { S3_LIMITS, type S3Limits } from './s3-limits.js';
import { type S3Settings, S3SettingsFault } from './s3-settings.js';
import { requestSigner } from './sign-request.js';
import { streamObject } from './stream-object.js';
import { patience } from './with-patience.js';

/** `report` takes faults that change no answer: an upload that could not be given up. The others are for tests. */
export type S3ObjectStoreOptions = Readonly<{
  settings: S3Settings;
  report: (fault: unknown) => void;
  limits?: Partial<S3Limits>;
  pool?: BlockPool;
  nowMs?: () => number;
  chance?: () => number;
}>;

/**
 * Objects in a bucket of S3. A key is written once: PutObject has `If-None-Match: *`; where S3 doesn't heed it, see conditional-writes.ts.
 * Every operation throws ObjectStoreUnavailable when S3 doesn't answer within the bounds of s3-limits.ts, or not as it should.
 */
export interface S3ObjectStore extends ObjectStore {
  /** Keys of uploads that are under way or were abandoned. */
  unfinishedUploads(): Promise<readonly string[]>;
  /** Gives up uploads that were begun before `olderThanMs` (UTC epoch milliseconds): their processes died. Resolves to how many. */
  cleanUploads(olderThanMs: number): Promise<number>;
  /** Ends every connection; what is under way may go on for some seconds, then it fails. */
  close(): Promise<void>;
}

/** Opens the store; throws S3SettingsFault when the bucket isn't there or may not be used. */
export async function openS3ObjectStore(options: S3ObjectStoreOptions): Promise<S3ObjectStore> {
  const { settings, report, nowMs = Date.now, chance = Math.random } = options;
  const limits = { ...S3_LIMITS, ...options.limits };
  const connections = connectionsTo(settings.endpoint, settings.caFile, limits);
  const patient = patience({ limits, nowMs, chance });
  const sign = requestSigner(settings);
  const client = s3Client({ ...settings, connections, sign, nowMs, patience: patient });
  const keeping = housekeeping(settings, limits, patient);
  const close = async () => {
    keeping.close();
    await connections.close();
  };
  try {
    const bucket = await examine(settings, keeping, client);
    const context = {
      bucket,
      client,
      limits,
      report,
      pool: options.pool ?? blockPool(),
      newPutId: randomUUID,
    };
    return { ...objectStore(context, keeping), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function examine(
  { bucket }: S3Settings,
  keeping: Housekeeping,
  client: S3Client,
): Promise<BucketTraits> {
  try {
    if (await keeping.bucketExists()) {
      const versioned = await keeping.isVersioned();
      return { versioned, heeds: await heedsCondition(client, versioned) };
    }
  } catch (error) {
    if (error instanceof S3Failure && error.status === 403)
      throw new S3SettingsFault(
        `S3 does not let these keys use the bucket ${bucket}: ${error.code}`,
      );
    throw error;
  }
  throw new S3SettingsFault(`S3 has no bucket ${bucket}`);
}

function objectStore(context: PutContext, keeping: Housekeeping): Omit<S3ObjectStore, 'close'> {
  const { client, bucket } = context;
  const { versioned } = bucket;
  const checked = (key: string): string => {
    assertKey(key);
    return key;
  };
  return {
    put: async (key, body, signal) => putObject(context, checked(key), body, signal),
    read: async (key, range, allocate) => readObject(client, checked(key), { range, allocate }),
    stream: async (key, range, signal) => streamObject(client, checked(key), { range, signal }),
    size: async (key) => (await headObject(client, checked(key)))?.bytes,
    remove: async (key) => removeObject(client, { versioned, key: checked(key) }),
    list(prefix) {
      assertPrefix(prefix);
      return listObjects(client, prefix);
    },
    space: async () => undefined,
    unfinishedUploads: () => Array.fromAsync(keeping.unfinishedUploads(), ({ key }) => key),
    cleanUploads: (olderThanMs) => cleanUploads(client, keeping, olderThanMs),
  };
}

async function cleanUploads(
  client: S3Client,
  keeping: Housekeeping,
  olderThanMs: number,
): Promise<number> {
  let cleaned = 0;
  for await (const { key, uploadId, begunAtMs } of keeping.unfinishedUploads()) {
    if (!(begunAtMs < olderThanMs)) continue;
    await forgetUpload(client, key, uploadId);
    cleaned += 1;
  }
  return cleaned;
}
