import { ObjectRefused, ObjectStoreUnavailable } from './object-store.js';
import { ObjectsElsewhere } from './objects-home.js';
import { type S3Settings, S3SettingsFault } from './s3/s3-settings.js';

const KEYS = 'ARKIM_S3_ACCESS_KEY, ARKIM_S3_SECRET_KEY and what they may do';

/** What an operator is told, in one line and without a secret, of a fault of the object store; undefined when it is another fault. */
export function objectStoreLine(error: unknown, s3: S3Settings | undefined): string | undefined {
  if (error instanceof ObjectsElsewhere) return error.message;
  if (s3 === undefined) return undefined;
  const at = `the bucket ${s3.bucket} at ${s3.endpoint}`;
  if (error instanceof S3SettingsFault)
    return `${error.message}, at ${s3.endpoint}: see ARKIM_S3_BUCKET, ${KEYS}`;
  if (error instanceof ObjectRefused)
    return `${at} takes no objects (${error.refusal}): see ${KEYS}`;
  return error instanceof ObjectStoreUnavailable
    ? `${at} can't be used: ${error.message}; see ARKIM_S3_ENDPOINT`
    : undefined;
}
