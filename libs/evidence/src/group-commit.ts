/** More waits to be written than may; who asks is sent away rather than served unrecorded. */
export class TooMuchWaits extends Error {
  override readonly name = 'TooMuchWaits';
}

export type GroupLimits = Readonly<{ batchMax: number; waitingMax: number }>;

type Waiting<T> = Readonly<{ item: T; done: () => void; failed: (error: unknown) => void }>;

/** Writes what comes at once, and together what comes meanwhile: one write at a time. Each promise resolves when its item is durable. */
export function groupCommit<T>(
  write: (batch: readonly T[]) => Promise<void>,
  { batchMax, waitingMax }: GroupLimits,
): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let isWriting = false;
  const run = async () => {
    isWriting = true;
    while (waiting.length > 0) await commit(write, waiting.splice(0, batchMax));
    isWriting = false;
  };
  return (item) => {
    if (waiting.length >= waitingMax) return Promise.reject(new TooMuchWaits());
    return new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!isWriting) void run();
    });
  };
}

async function commit<T>(
  write: (batch: readonly T[]) => Promise<void>,
  batch: readonly Waiting<T>[],
): Promise<void> {
  try {
    await write(batch.map(({ item }) => item));
  } catch (error) {
    for (const { failed } of batch) failed(error);
    return;
  }
  for (const { done } of batch) done();
}
