/** One item that waits for the next commit. */
type Pending<T, R> = Readonly<{
  item: T;
  resolve: (result: R) => void;
  reject: (cause: unknown) => void;
}>;

/** Items that arrive while a commit runs go together into the next one: under load one flush serves many. Results come in the order of the batch. */
export function groupCommit<T, R>(
  commit: (batch: readonly T[]) => Promise<readonly R[]>,
  batchItemsMax: number,
): (item: T) => Promise<R> {
  const queue: Pending<T, R>[] = [];
  let running = false;
  const run = async () => {
    running = true;
    while (queue.length > 0) await commitOne(queue.splice(0, batchItemsMax), commit);
    running = false;
  };
  return (item) =>
    new Promise<R>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (!running) void run();
    });
}

async function commitOne<T, R>(
  batch: readonly Pending<T, R>[],
  commit: (batch: readonly T[]) => Promise<readonly R[]>,
): Promise<void> {
  try {
    const results = await commit(batch.map(({ item }) => item));
    if (results.length !== batch.length) throw new Error('a commit answered for another batch');
    batch.forEach(({ resolve }, index) => {
      resolve(results[index] as R);
    });
  } catch (cause) {
    for (const { reject } of batch) reject(cause);
  }
}
