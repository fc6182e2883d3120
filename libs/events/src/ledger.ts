import type { Event, Recorded } from './event.js';
import type { EventStore } from './event-store.js';
import type { KeyRing, Random } from './key-ring.js';
import { type Opened, openRecorded } from './sealed-events.js';
import type { SnapshotStore } from './snapshot-store.js';
import type { Upcasters } from './upcasters.js';

/** A log with what it takes to seal and open its events. */
export type Ledger = Readonly<{
  store: EventStore;
  keys: KeyRing;
  upcasters: Upcasters;
  random: Random;
  snapshots?: SnapshotStore;
}>;

/** What reading takes of it. */
export type ReadLedger = Pick<Ledger, 'upcasters'> &
  Readonly<{ store: Pick<EventStore, 'read'>; keys: Pick<KeyRing, 'find'> }>;

const CHUNK_EVENTS_MAX = 100;

/** The events of one stream, opened, in `version` order, after version `after`. */
export async function* readOpened<E extends Event>(
  { store, keys, upcasters }: ReadLedger,
  stream: string,
  after = 0,
): AsyncIterable<Opened<E>> {
  let chunk: Recorded[] = [];
  for await (const recorded of store.read(stream, after)) {
    chunk.push(recorded);
    if (chunk.length < CHUNK_EVENTS_MAX) continue;
    yield* await openRecorded<E>(keys, chunk, upcasters);
    chunk = [];
  }
  yield* await openRecorded<E>(keys, chunk, upcasters);
}
