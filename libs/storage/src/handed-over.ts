import { once } from 'node:events';
import { chmodSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeFrame, type Frame, frameReader } from './hand-over/frames.js';
import type { IngestJob } from './ingest-job.js';

/** Takes a job that an edge hands over; resolves to its receipt's JSON once that is durable, or to undefined when the edge is to queue it. Never rejects. */
export type TakeHanded = (job: IngestJob) => Promise<string | undefined>;

const NOTHING = Buffer.alloc(0);

const AGAIN_MS = 5_000;

/**
 * Listens at `path` for jobs that edges hand over, until `signal` aborts. A path that a dead worker left is taken over; while another
 * worker listens, or nobody may, edges go on queueing: `failed` hears why, and it is tried again.
 */
export async function hearHandedOver(
  path: string,
  take: TakeHanded,
  { signal, failed }: Readonly<{ signal: AbortSignal; failed: (cause: unknown) => void }>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await isAnswered(path)) throw new Error('another worker takes what edges hand over');
      return await hearUntil(signal, path, take);
    } catch (cause) {
      failed(cause);
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function hearUntil(signal: AbortSignal, path: string, take: TakeHanded): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, take);
  });
  await listen(server, path);
  if (!signal.aborted) await once(signal, 'abort');
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.end();
  await closed;
}

function serve(socket: Socket, take: TakeHanded): void {
  const read = frameReader((frame) => {
    const job = jobOf(frame);
    void take(job).then((receipt) => {
      if (socket.writable)
        socket.write(encodeFrame({ about: { id: job.id, receipt }, body: NOTHING }));
    });
  });
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      read(chunk);
    } catch {
      socket.destroy();
    }
  });
}

type Told = Omit<IngestJob, 'bodies'> &
  Readonly<{ bodies: readonly Readonly<{ key: string; bytes: number }>[] }>;

function jobOf({ about, body }: Frame): IngestJob {
  const { bodies, ...job } = about as Told;
  let at = 0;
  return {
    ...job,
    bodies: bodies.map(({ key, bytes }) => {
      at += bytes;
      return { key, body: body.subarray(at - bytes, at) };
    }),
  };
}

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Only the user of the archive may connect. */
const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    removeLeft(path);
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });

function removeLeft(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
