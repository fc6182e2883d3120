import { abortGuard, closeAfterFailure } from './abort-guard.js';

/** Takes a chunk; a promise holds the next one back. */
export type TakeChunk = (chunk: Uint8Array) => Promise<void> | undefined;

/** Gives every chunk of `body` to `take`. Rejects with the signal's reason as soon as it aborts, even while the body waits for its next chunk. */
export async function eachChunk(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  take: TakeChunk,
): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const abort = abortGuard(signal);
  try {
    for (;;) {
      const next = await abort.guard(chunks.next());
      if (next.done) break;
      const taken = take(next.value);
      if (taken !== undefined) await taken;
    }
    signal?.throwIfAborted();
  } catch (error) {
    await closeAfterFailure(chunks, signal);
    throw error;
  } finally {
    abort.release();
  }
}
