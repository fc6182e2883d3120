import { type ObjectStore, ObjectStoreUnavailable } from './object-store.js';

/** A store that can be away: `away(true)` and every call of it fails as that of an engine that doesn't answer, until `away(false)`. */
export function storeWithOutages(store: ObjectStore) {
  let isAway = false;
  const there = () => {
    if (isAway) throw new ObjectStoreUnavailable('the engine is away');
  };
  const reached: ObjectStore = {
    put: async (...put) => {
      there();
      return store.put(...put);
    },
    read: async (...read) => {
      there();
      return store.read(...read);
    },
    stream: async (...stream) => {
      there();
      const body = await store.stream(...stream);
      return body && checked(body, there);
    },
    size: async (key) => {
      there();
      return store.size(key);
    },
    remove: async (key) => {
      there();
      return store.remove(key);
    },
    list: (prefix) => checked(store.list(prefix), there),
    space: () => store.space(),
  };
  return {
    store: reached,
    away: (now: boolean) => {
      isAway = now;
    },
  };
}

async function* checked<T>(items: AsyncIterable<T>, check: () => void): AsyncGenerator<T> {
  check();
  for await (const item of items) {
    check();
    yield item;
  }
}
