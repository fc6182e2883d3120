import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const RECONNECT_MS = 1_000;

/** Listens on a PostgreSQL channel over a connection of its own until `signal` aborts; a lost connection is made again. What was announced meanwhile is not heard: callers poll too. */
export async function hearChannel(
  pool: Pool,
  channel: 'receipts' | 'ingest',
  heard: (payload: string) => void,
  { signal, lost }: Readonly<{ signal: AbortSignal; lost: (cause: unknown) => void }>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await hearOnce(pool, channel, heard, signal);
    } catch (cause) {
      if (signal.aborted) return;
      lost(cause);
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function hearOnce(
  pool: Pool,
  channel: string,
  heard: (payload: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = await pool.connect();
  try {
    client.on('notification', ({ payload }) => heard(payload ?? ''));
    const ended = once(client, 'end', { signal });
    await Promise.all([client.query(`listen ${channel}`), ended]);
    throw new Error('the listening connection ended');
  } finally {
    client.release(true);
  }
}
