import { appendAll } from '../append/append-all.js';
import type { Checkpoint, Recorded } from '../event.js';
import { type EventStore, PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../event-store.js';
import { kurrentClient } from './kurrent-client.js';
import { FIRST_EVENTS_MAX, type KurrentReads, kurrentReads, nextCount } from './kurrent-reads.js';
import { kurrentRecorder } from './kurrent-recorder.js';
import { streamNames } from './stream-names.js';

export type KurrentSettings = Readonly<{
  url: string;
  /** Stands before the name of each stream: logs with prefixes of their own can share a server. */
  prefix?: string;
}>;
export type KurrentEventStore = EventStore & Readonly<{ close: () => Promise<void> }>;

/**
 * The log in KurrentDB 25.1 or newer. It connects when it's first used. A call that finds no server asks again for a few
 * seconds; then, or when it took a minute, it throws EventStoreUnavailable.
 */
export function kurrentEventStore({ url, prefix = '' }: KurrentSettings): KurrentEventStore {
  const client = kurrentClient(url);
  const names = streamNames(prefix);
  const reads = kurrentReads(client, names);
  const recorder = kurrentRecorder({ client, reads, names });
  return {
    read: (stream, after = 0) => readStream(reads, stream, after),
    append: (appends) => appendAll(recorder, appends),
    after: (checkpoint, limit) => readPage(reads, checkpoint, Math.min(limit, PAGE_EVENTS_MAX)),
    close: () => client.dispose(),
  };
}

async function* readStream(reads: KurrentReads, stream: string, after: number) {
  let version = after;
  for (let count = FIRST_EVENTS_MAX; ; ) {
    const events = await reads.stream(stream, version, count);
    for (const { recorded } of events) yield recorded;
    if (events.length < count) return;
    version += events.length;
    count = nextCount(events);
  }
}

/* In slices: what a slice holds too much is left, and read again with the next page. */
async function readPage(
  reads: KurrentReads,
  checkpoint: Checkpoint | undefined,
  limit: number,
): Promise<readonly Recorded[]> {
  const page: Recorded[] = [];
  let bytes = 0;
  for (let count = Math.min(limit, FIRST_EVENTS_MAX); count > 0; ) {
    const events = await reads.log(page.at(-1)?.checkpoint ?? checkpoint, count);
    for (const event of events) {
      page.push(event.recorded);
      bytes += event.bytes;
      if (bytes >= PAGE_BYTES_MAX) return page;
    }
    if (events.length < count) return page;
    count = Math.min(limit - page.length, nextCount(events, PAGE_BYTES_MAX - bytes));
  }
  return page;
}
