import type { ObjectStore } from './object-store.js';

export type Pace = Readonly<{
  /** Bytes that all streams together may give in a second. */
  bytesPerSecond: number;
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number;
  pause: (ms: number) => Promise<void>;
}>;

/** A pause shorter than this is saved up: timers are no finer. */
const PAUSE_MS_MIN = 5;

/** The store, its streams no faster than the pace, so that reading everything again takes nothing from those who wait for an answer. */
export function pacedStore(store: ObjectStore, pace: Pace): ObjectStore {
  let freeAtMs = 0;
  const wait = async (bytes: number) => {
    const now = pace.nowMs();
    freeAtMs = Math.max(now, freeAtMs) + (bytes / pace.bytesPerSecond) * 1000;
    if (freeAtMs - now >= PAUSE_MS_MIN) await pace.pause(freeAtMs - now);
  };
  return {
    ...store,
    stream: async (key, range, signal) => {
      const body = await store.stream(key, range, signal);
      return body && slowly(body, wait);
    },
  };
}

async function* slowly(body: AsyncIterable<Buffer>, wait: (bytes: number) => Promise<void>) {
  for await (const chunk of body) {
    await wait(chunk.length);
    yield chunk;
  }
}
