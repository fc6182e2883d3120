import type { EventStore } from './event-store.js';

/** The event store with what the programs ask about heads of streams. Adapters: postgres, kurrentdb. */
export type Log = EventStore &
  Readonly<{
    /** Current version of each stream; 0 for one that does not exist. */
    versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
    /** The type of the last event of each stream that exists. */
    lastTypes: (streams: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  }>;
