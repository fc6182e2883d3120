import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import { Pool } from 'undici';
import type { S3Limits } from './s3-limits.js';
import { S3SettingsFault } from './s3-settings.js';

/** How long an idle connection is kept; servers and proxies close theirs after a minute. */
const KEEP_ALIVE_MS = 20_000;

/** What is under way when the store is closed may go on for so long. */
const CLOSE_MS_MAX = 5_000;

const HEADERS_BYTES_MAX = 32 * 1024;

/** Connections of one store. Short requests and streams have their own, so that slow readers of streams hold up nobody. */
export type Connections = Readonly<{ requests: Pool; streams: Pool; close(): Promise<void> }>;

/** Opens none before it is needed. `caFile`: see S3Settings; throws S3SettingsFault when it can't be read. */
export function connectionsTo(
  endpoint: string,
  caFile: string | undefined,
  limits: S3Limits,
): Connections {
  const ca = certificates(caFile);
  const pool = (connections: number) =>
    new Pool(endpoint, {
      connections,
      allowH2: false,
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.idleMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      connect: { timeout: limits.connectMs, ...(ca && { ca }) },
    });
  const requests = pool(limits.connectionsMax);
  const streams = pool(limits.streamsMax);
  const close = async () => {
    const ended = Promise.all([requests.close(), streams.close()]);
    await Promise.race([ended, sleep(CLOSE_MS_MAX, undefined, { ref: false })]);
    await Promise.all([requests.destroy(), streams.destroy()]);
  };
  return { requests, streams, close };
}

/** Those that vouch for the endpoint: the file's beside Node's own and the operator's. */
export function certificates(caFile: string | undefined): string[] | undefined {
  if (caFile === undefined) return undefined;
  try {
    return [...getCACertificates('default'), readFileSync(caFile, 'utf8')];
  } catch (cause) {
    throw new S3SettingsFault('the file of certificates for S3 can not be read', { cause });
  }
}
