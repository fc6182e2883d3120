import type { PutTarget } from './put-context.js';
import type { S3Client } from './s3-client.js';
import { S3Failure } from './s3-failure.js';

/** The field that names the put that wrote an object. */
export const PUT_ID_FIELD = 'x-amz-meta-arkim-put';

/**
 * Whether the object under the key was written by this very put, although its last attempt ended with `error`: an attempt before it,
 * whose answer was lost, may have met no object, and the last one met its own.
 */
export async function writtenByPut(
  client: S3Client,
  { key, id }: PutTarget,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof S3Failure && error.repeated)) return false;
  if (error.status !== 412 && error.status !== 404) return false;
  return (await putIdOf(client, key)) === id;
}

/** The id of the put that wrote the object, or a version of it; undefined when it is not there, empty when it has none. */
export async function putIdOf(
  client: S3Client,
  key: string,
  version?: string,
): Promise<string | undefined> {
  const query = version === undefined ? [] : [['versionId', version] as const];
  try {
    return await client.ask({ method: 'HEAD', key, query }, async ({ headers }) =>
      String(headers[PUT_ID_FIELD] ?? ''),
    );
  } catch (error) {
    /* 405: a mark of deletion, which has no content. */
    if (error instanceof S3Failure && [404, 405].includes(error.status)) return undefined;
    throw error;
  }
}
