import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { memoryObjectStore } from '#storage/memory/memory-object-store';
import type { ObjectStore } from '#storage/object-store';
import { openS3ObjectStore } from '#storage/s3/s3-object-store';
import { makeBucket, type S3Access } from './s3-bucket.js';

/* No suite but one over S3 gives a server. */
const givenServer = () => inject('s3') as S3Access | undefined;

/** An object store for one test's archive; `close` ends what it holds open. */
export type TestObjectStore = Readonly<{ store: ObjectStore; close: () => Promise<void> }>;

/** The store that is given; else objects of at most so many bytes together in memory, or, in a suite over S3, a bucket of their own. */
export async function testObjectStore(
  bytesMax: number,
  given?: ObjectStore,
): Promise<TestObjectStore> {
  const server = givenServer();
  if (given !== undefined || server === undefined)
    return {
      store: given ?? memoryObjectStore({ nowMs: Date.now, bytesMax }),
      close: async () => undefined,
    };
  const settings = await newBucket(server);
  const store = await openS3ObjectStore({
    settings,
    report: (fault) => {
      throw fault;
    },
  });
  return { store, close: () => store.close() };
}

/** Makes a bucket on the server and says how an archive gets at it. */
export async function newBucket(server: S3Access) {
  const bucket = `test-${randomUUID()}`;
  await makeBucket(server, bucket);
  return { ...server, bucket, region: 'us-east-1', caFile: undefined };
}

/** The settings by which a program keeps its objects in a bucket of its own, when the suite runs over S3; else none. */
export async function objectSettings(): Promise<Readonly<Record<string, string>>> {
  const server = givenServer();
  return server === undefined ? {} : environmentOf(await newBucket(server));
}

/** The settings of a bucket, as programs are given them. */
export const environmentOf = ({
  endpoint,
  bucket,
  accessKey,
  secretKey,
}: S3Access & Readonly<{ bucket: string }>) => ({
  ARKIM_S3_ENDPOINT: endpoint,
  ARKIM_S3_BUCKET: bucket,
  ARKIM_S3_ACCESS_KEY: accessKey,
  ARKIM_S3_SECRET_KEY: secretKey,
});
