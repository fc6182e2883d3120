import { connect, type Socket } from 'node:net';
import type { Pool } from 'pg';
import type { JobPart } from '#storage/ingest-job';
import type { TestApi } from '../archive-api.testing.js';

const TYPE = 'multipart/related; type="application/dicom"; boundary=edge';

/** A multipart body of application/dicom parts. */
export const multipart = (...parts: readonly string[]) =>
  `${parts.map((part) => `--edge\r\nContent-Type: application/dicom\r\n\r\n${part}\r\n`).join('')}--edge--\r\n`;

export type Sent = Readonly<{ path?: string; hospital?: string; headers?: Record<string, string> }>;

/** Sends a Store request as a modality. */
export const store = async (api: TestApi, body: string, sent: Sent = {}) =>
  fetch(`${api.url}/dicom-web/studies${sent.path ?? ''}`, {
    method: 'POST',
    body,
    headers: {
      authorization: `Bearer ${await api.token('modality', sent.hospital)}`,
      'content-type': TYPE,
      ...sent.headers,
    },
  });

/** Opens a connection and sends the head of a Store request, with `more` head lines, and the first bytes of a body. */
export async function beginStore(api: TestApi, more: string, body: string): Promise<Socket> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await api.token('modality')}\r\n` +
      `Content-Type: ${TYPE}\r\nContent-Length: 1000000\r\n${more}\r\n${body}`,
  );
  return socket;
}

export type JobRow = Readonly<{
  id: string;
  hospital: string;
  study: string | null;
  packs: string;
  parts: string;
}>;

export const jobs = async (pool: Pool) =>
  (await pool.query<JobRow>('select * from ingest_jobs')).rows;

/** Completes every waiting job as a worker would: all of its parts are stored. Resolves to how many. */
export async function completeJobs(pool: Pool, announce = true): Promise<number> {
  const { rows } = await pool.query<JobRow>('select * from ingest_jobs where completed_at is null');
  for (const { id, parts } of rows) {
    const outcomes = (JSON.parse(parts) as JobPart[]).map(({ part }) => ({
      part,
      outcome: 'stored',
      sopClass: '1.2',
      study: '1.3',
      series: '1.4',
      instance: `1.5.${part}`,
    }));
    await pool.query('update ingest_jobs set completed_at = now(), receipt = $2 where id = $1', [
      id,
      JSON.stringify({ outcomes }),
    ]);
    if (announce) await pool.query("select pg_notify('receipts', $1)", [id]);
  }
  return rows.length;
}

/** Completes the first job that comes. */
export async function worker(pool: Pool, announce = true): Promise<void> {
  while ((await completeJobs(pool, announce)) === 0) await new Promise((go) => setTimeout(go, 10));
}
