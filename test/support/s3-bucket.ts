import { createHash } from 'node:crypto';
import { requestSigner } from '../../libs/storage/src/s3/sign-request.js';

/** Where an S3 server is (http, without a path) and whom it knows. */
export type S3Access = Readonly<{ endpoint: string; accessKey: string; secretKey: string }>;

export type BucketOptions = Readonly<{ versioned?: boolean; objectLock?: boolean }>;

/** Makes a bucket. */
export async function makeBucket(
  access: S3Access,
  name: string,
  { versioned = false, objectLock = false }: BucketOptions = {},
): Promise<void> {
  const lock: Record<string, string> = objectLock
    ? { 'x-amz-bucket-object-lock-enabled': 'true' }
    : {};
  await putToS3(access, { path: `/${name}`, query: [], headers: lock, body: '' });
  if (!versioned) return;
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await putToS3(access, { path: `/${name}`, query: [['versioning', '']], body });
}

/** One PUT to an S3 server; throws with what it says when it refuses. */
export async function putToS3(
  access: S3Access,
  request: Omit<Asked, 'method'> & Readonly<{ body: string }>,
): Promise<void> {
  await askS3(access, { ...request, method: 'PUT' });
}

type Asked = Readonly<{
  method: 'GET' | 'PUT';
  path: string;
  query: readonly (readonly [string, string])[];
  headers?: Record<string, string>;
  body?: string;
}>;

/** One request to an S3 server, and what it answers; throws when it refuses. */
export async function askS3(
  { endpoint, accessKey, secretKey }: S3Access,
  request: Asked,
): Promise<string> {
  const { body, headers: given = {}, ...rest } = request;
  const bodySha256 = createHash('sha256')
    .update(body ?? '')
    .digest('hex');
  const sign = requestSigner({ accessKey, secretKey, region: 'us-east-1' });
  const host = new URL(endpoint).host;
  const { target, headers } = sign({ ...rest, headers: given, host, bodySha256 }, Date.now());
  const { method } = request;
  const answer = await fetch(`${endpoint}${target}`, { method, headers, body: body ?? null });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`S3 refused: ${answer.status} ${text}`);
  return text;
}
