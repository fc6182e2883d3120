import type { Checkpoint, Metadata, Recorded, StoredEvent } from './event.js';

/** Events for one stream. `expected` is the version last read; 0 means the stream must not exist yet. */
export type Append = Readonly<{
  stream: string;
  expected: number;
  events: readonly StoredEvent[];
  metadata: Metadata;
}>;
/** `versions` has the new version of each stream, in the order of the appends; a repeat's is the one it got the first time. */
export type Appended =
  | Readonly<{ ok: true; versions: readonly number[] }>
  | Readonly<{ ok: false; conflict: string }>;

/** The append-only log. Adapters: postgres, memory. Contract: event-store.contract.ts. */
export interface EventStore {
  /** The events of one stream in `version` order, after version `after` (default 0); none when the stream does not exist. */
  read(stream: string, after?: number): AsyncIterable<Recorded>;
  /**
   * All or nothing over all its streams. An append whose event ids are all recorded already in that stream is a repeat: ok, nothing written.
   * Throws when an event or the whole is out of bounds: before anything is written.
   */
  append(appends: readonly Append[]): Promise<Appended>;
  /** At most `limit` events after `checkpoint` (the start, without one), in log order; none at the head. Never skips one that commits late (design D16). */
  after(checkpoint: Checkpoint | undefined, limit: number): Promise<readonly Recorded[]>;
}

/** The largest event: its data as JSON and its ciphertext, in bytes (design D4). Longer lists are split. */
export const EVENT_BYTES_MAX = 512 * 1024;
/** The most events that one append takes. */
export const APPEND_EVENTS_MAX = 10_000;
/** The most bytes that one append takes, counted in the same way. */
export const APPEND_BYTES_MAX = 64 * 1024 * 1024;
/** The most events that one page of `read` or `after` holds. */
export const PAGE_EVENTS_MAX = 1_000;
/** A page ends with the event that reaches this many bytes. */
export const PAGE_BYTES_MAX = 8 * 1024 * 1024;
