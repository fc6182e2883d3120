/** Waits for one thing at a time, each ended by an abort; `release` takes the listener away. */
export type AbortGuard = Readonly<{
  /** Settles like `work`, or rejects with the signal's reason as soon as it aborts; `work` itself goes on. */
  guard<T>(work: Promise<T>): Promise<T>;
  release(): void;
}>;

/** One listener for all waits of a loop: `Promise.race` with a long-lived promise would keep a reaction per wait. */
export function abortGuard(signal: AbortSignal | undefined): AbortGuard {
  let stop: (reason: unknown) => void = () => undefined;
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    guard<T>(work: Promise<T>): Promise<T> {
      if (!signal) return work;
      return new Promise((resolve, reject) => {
        stop = reject;
        work.then(resolve, reject);
        if (signal.aborted) reject(signal.reason);
      });
    },
    release: () => signal?.removeEventListener('abort', onAbort),
  };
}

/** Closes what is iterated because something failed; after an abort it may still wait for its next item, so that nobody waits for it. */
export async function closeAfterFailure(
  iterator: AsyncIterator<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const closed = Promise.allSettled([iterator.return?.()]);
  if (!signal?.aborted) await closed;
}
