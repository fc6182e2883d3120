import type { BlockPool } from './block-pool.js';
import type { S3Client } from './s3-client.js';
import type { S3Limits } from './s3-limits.js';

/** How a bucket keeps to it that a key is written once. `heeds`: it refuses a PutObject with `If-None-Match: *` when the key is there. */
export type BucketTraits = Readonly<{ versioned: boolean; heeds: boolean }>;

/** What a put needs beside its key and body. `newPutId` gives an id that was never given before. */
export type PutContext = Readonly<{
  client: S3Client;
  bucket: BucketTraits;
  pool: BlockPool;
  limits: S3Limits;
  newPutId: () => string;
  report: (fault: unknown) => void;
}>;

/** One object being put. `id` is written beside it, so that an answer that was lost can be asked for. */
export type PutTarget = Readonly<{ key: string; id: string }>;
