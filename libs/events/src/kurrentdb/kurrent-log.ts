import type { Log } from '../log.js';
import { kurrentClient } from './kurrent-client.js';
import { type KurrentSettings, kurrentEventStore } from './kurrent-event-store.js';
import { kurrentReads } from './kurrent-reads.js';
import { streamNames } from './stream-names.js';

const READS_AT_ONCE_MAX = 32;

/** The log in KurrentDB, and the heads of its streams: each is one read of one event, backwards. */
export function kurrentLog(
  settings: KurrentSettings,
): Log & Readonly<{ close: () => Promise<void> }> {
  const store = kurrentEventStore(settings);
  const client = kurrentClient(settings.url);
  const names = streamNames(settings.prefix ?? '');
  const reads = kurrentReads(client, names);
  const last = (stream: string) => reads.last(names.ofStream(stream));
  return {
    ...store,
    versions: async (streams) => {
      const heads = await readAll(streams, last);
      return new Map(
        heads.map(([stream, head]) => [stream, head === undefined ? 0 : Number(head.revision) + 1]),
      );
    },
    lastTypes: async (streams) => {
      const heads = await readAll(streams, last);
      return new Map(
        heads.flatMap(([stream, head]) => (head === undefined ? [] : [[stream, head.type]])),
      );
    },
    close: async () => {
      await client.dispose();
      await store.close();
    },
  };
}

/** A few at a time: a sweep asks for a thousand. */
async function readAll<T>(
  streams: readonly string[],
  read: (stream: string) => Promise<T>,
): Promise<readonly (readonly [string, T])[]> {
  const found: (readonly [string, T])[] = [];
  for (let start = 0; start < streams.length; start += READS_AT_ONCE_MAX) {
    const turn = streams.slice(start, start + READS_AT_ONCE_MAX);
    found.push(
      ...(await Promise.all(turn.map(async (stream) => [stream, await read(stream)] as const))),
    );
  }
  return found;
}
