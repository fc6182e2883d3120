import type { IncomingMessage } from 'node:http';

const DRAINED_BYTES_MAX = 8 * 1024 * 1024;
const DRAIN_MS_MAX = 2_000;

/** Reads on for a moment, so that a client that is still sending gets to read its answer; past the bounds the connection just ends. */
export async function drainRequest(request: IncomingMessage): Promise<void> {
  if (request.destroyed || request.complete) return;
  const timer = setTimeout(() => request.destroy(), DRAIN_MS_MAX);
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > DRAINED_BYTES_MAX) break;
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The client left, or we closed the connection on it: nobody is there to be told. */
export const isGone = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(
    (error as NodeJS.ErrnoException | undefined)?.code ?? '',
  );
