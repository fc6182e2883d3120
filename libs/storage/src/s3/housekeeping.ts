import http from 'node:http';
import https from 'node:https';
import { Client } from 'minio';
import { certificates } from './connections.js';
import { S3Failure } from './s3-failure.js';
import type { S3Limits } from './s3-limits.js';
import type { S3Settings } from './s3-settings.js';
import type { Patience } from './with-patience.js';

/** An upload whose object isn't there yet; `begunAtMs` is UTC epoch milliseconds. */
export type UnfinishedUpload = Readonly<{ key: string; uploadId: string; begunAtMs: number }>;

/** What is asked of a bucket now and then, through the `minio` client. Throws as the S3 client of the hot path does. */
export type Housekeeping = Readonly<{
  bucketExists(): Promise<boolean>;
  /** Whether versions are kept, or were once. */
  isVersioned(): Promise<boolean>;
  unfinishedUploads(): AsyncIterable<UnfinishedUpload>;
  close(): void;
}>;

/** The `minio` client has neither time-outs nor retries that wait for anything but a status: both are given to it here. */
export function housekeeping(
  settings: S3Settings,
  limits: S3Limits,
  patience: Patience,
): Housekeeping {
  const { bucket } = settings;
  const { client, agent } = openClient(settings, limits);
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    patience(undefined, () => work().catch((error) => Promise.reject(failureOf(error))));

  return {
    bucketExists: () => ask(() => client.bucketExists(bucket)),
    isVersioned: () =>
      ask(async () => {
        const { Status: status } = await client.getBucketVersioning(bucket);
        return status === 'Enabled' || status === 'Suspended';
      }),
    unfinishedUploads: () =>
      uploadsIn((after) =>
        ask(() => client.listIncompleteUploadsQuery(bucket, '', after.key, after.uploadId, '')),
      ),
    close: () => agent.destroy(),
  };
}

function openClient(settings: S3Settings, limits: S3Limits) {
  const { protocol, hostname, port } = new URL(settings.endpoint);
  const secure = protocol === 'https:';
  const ca = certificates(settings.caFile);
  const agent = secure
    ? new https.Agent({ keepAlive: true, ...(ca && { ca }) })
    : new http.Agent({ keepAlive: true });
  const client = new Client({
    endPoint: hostname,
    ...(port !== '' && { port: Number(port) }),
    useSSL: secure,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    region: settings.region,
    pathStyle: true,
    transport: impatient(secure ? https : http, limits.headersMs),
    transportAgent: agent,
    retryOptions: { disableRetry: true },
  });
  return { client, agent };
}

/** Requests that end when nothing comes for `idleMs`. */
function impatient(transport: Pick<typeof http, 'request'>, idleMs: number) {
  const request = (
    options: http.RequestOptions,
    take: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const asked = transport.request({ ...options, timeout: idleMs }, take);
    const error = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
    return asked.once('timeout', () => asked.destroy(error));
  };
  return { request: request as typeof http.request };
}

type Page = Awaited<ReturnType<Client['listIncompleteUploadsQuery']>>;

/** The next page begins after the last upload of this one: what the client gives as its marker is always empty. */
async function* uploadsIn(
  page: (after: Readonly<{ key: string; uploadId: string }>) => Promise<Page>,
): AsyncGenerator<UnfinishedUpload> {
  for (let after = { key: '', uploadId: '' }; ; ) {
    const { uploads, isTruncated } = await page(after);
    for (const { key, uploadId, initiated } of uploads)
      yield { key, uploadId: `${uploadId}`, begunAtMs: initiated.getTime() };
    const last = uploads.at(-1);
    if (!isTruncated || !last) return;
    after = { key: last.key, uploadId: `${last.uploadId}` };
  }
}

/** Its errors have a code of S3, or in their text the status of an answer that may pass; those of sockets stay as they are. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const status = /Retryable HTTP status: (\d{3})/.exec(error.message)?.[1];
  if (status !== undefined) return new S3Failure(Number(status), 'without a code', false);
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'S3Error' ? new S3Failure(403, code, false) : error;
}
