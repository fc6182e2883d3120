import type { ObjectStore } from './object-store.js';

/** The engine that holds an archive's objects, for the time that a program runs. */
export interface OpenedObjectStore extends ObjectStore {
  /** Removes what puts that never ended left behind, begun before `olderThanMs` (UTC epoch milliseconds): temporary files, or uploads in parts. Resolves to how many. */
  cleanUnfinished(olderThanMs: number): Promise<number>;
  close(): Promise<void>;
}
