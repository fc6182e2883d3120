import type { ObjectStore } from './object-store.js';
import type { OpenedObjectStore } from './opened-object-store.js';
import { isOutage } from './outage.js';

type Open = () => Promise<OpenedObjectStore>;

/** Opens a store; when its engine is away, gives one that is opened by the first operation that finds it back. Any other failure is thrown. */
export async function reopened(open: Open): Promise<OpenedObjectStore> {
  try {
    return await open();
  } catch (error) {
    if (isOutage(error)) return openedLate(open);
    throw error;
  }
}

function openedLate(open: Open): OpenedObjectStore {
  let opening: Promise<OpenedObjectStore> | undefined;
  let isClosed = false;
  const opened = (): Promise<OpenedObjectStore> => {
    if (isClosed) throw new Error('the object store is closed');
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    put: async (key, body, signal) => (await openedFor(body, opened)).put(key, body, signal),
    read: async (...asked) => (await opened()).read(...asked),
    stream: async (...asked) => (await opened()).stream(...asked),
    size: async (key) => (await opened()).size(key),
    remove: async (key) => (await opened()).remove(key),
    list: (prefix) => listed(opened, prefix),
    space: async () => (await opened()).space(),
    cleanUnfinished: async (olderThanMs) => (await opened()).cleanUnfinished(olderThanMs),
    close: async () => {
      isClosed = true;
      const store = await opening?.catch(() => undefined);
      await store?.close();
    },
  };
}

/** As every put that fails, this one closes its body. */
async function openedFor(body: AsyncIterable<Uint8Array>, opened: Open): Promise<ObjectStore> {
  try {
    return await opened();
  } catch (error) {
    await body[Symbol.asyncIterator]().return?.();
    throw error;
  }
}

async function* listed(opened: Open, prefix: string) {
  yield* (await opened()).list(prefix);
}
