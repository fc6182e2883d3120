/** Makes the names in a folder durable. */
export type FolderSync = (folder: string) => Promise<void>;

/**
 * Group commit: callers that come while a flush of the folder runs share the next one. A flush that already runs is never joined,
 * since it may have started before the caller's name was there.
 */
export function folderSync(flush: FolderSync): FolderSync {
  const running = new Map<string, Promise<void>>();
  const queued = new Map<string, Promise<void>>();

  const start = (folder: string): Promise<void> => {
    const flushing = flush(folder).finally(() => running.delete(folder));
    running.set(folder, flushing);
    return flushing;
  };

  return (folder) => {
    const turn = queued.get(folder);
    if (turn !== undefined) return turn;
    const before = running.get(folder);
    if (before === undefined) return start(folder);
    const next = Promise.allSettled([before]).then(() => {
      queued.delete(folder);
      return start(folder);
    });
    queued.set(folder, next);
    return next;
  };
}
