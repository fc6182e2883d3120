import type { S3Client } from './s3-client.js';
import { S3Failure } from './s3-failure.js';
import { removeVersions } from './versions.js';

/**
 * Removes the object under `key`, and every version of it: what is removed must be gone. A bucket that keeps versions is asked for
 * them first, since a plain removal only hides the object, even from a listing. One that began to keep them after it was opened
 * says so in its answer.
 */
export async function removeObject(
  client: S3Client,
  { versioned, key }: Readonly<{ versioned: boolean; key: string }>,
): Promise<void> {
  const hidden = versioned || (await removeCurrent(client, key));
  if (hidden) await removeVersions(client, key);
}

/** Whether the bucket keeps the bytes. */
async function removeCurrent(client: S3Client, key: string): Promise<boolean> {
  try {
    return await client.ask({ method: 'DELETE', key }, async ({ headers, body }) => {
      await body.dump();
      return 'x-amz-delete-marker' in headers || 'x-amz-version-id' in headers;
    });
  } catch (error) {
    if (error instanceof S3Failure && error.status === 404 && error.code === 'NoSuchKey')
      return false;
    throw error;
  }
}
