import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openS3ObjectStore, type S3ObjectStoreOptions } from '#storage/s3/s3-object-store';
import { type BucketOptions, makeBucket, type S3Access } from '../support/s3-bucket.js';

type Options = BucketOptions &
  Omit<Partial<S3ObjectStoreOptions>, 'settings'> & { access?: S3Access; endpoint?: string };

/** Settings for a new bucket of this run's server, or of the one that `access` leads to. */
export async function newBucket({ access, endpoint, ...options }: Options = {}) {
  const server = access ?? inject('s3');
  const bucket = `test-${randomBytes(8).toString('hex')}`;
  await makeBucket(server, bucket, options);
  const place = { endpoint: endpoint ?? server.endpoint, bucket, region: 'us-east-1' };
  const { accessKey, secretKey } = server;
  return { ...place, accessKey, secretKey, caFile: undefined };
}

/** A store in a bucket of its own; every reported fault is kept. */
export async function newStore(options: Options = {}) {
  const settings = await newBucket(options);
  const faults: unknown[] = [];
  const report = (fault: unknown) => faults.push(fault);
  const store = await openS3ObjectStore({ report, ...options, settings });
  return { store, settings, faults, residue: store.unfinishedUploads, close: store.close };
}
