import type { Append, Appended } from '#events/event-store';
import type { FindableChange } from '#index/findable-change';

/** The stores as they work inside one open transaction; bound to their adapters in the composition root. */
export type Within = Readonly<{
  append: (appends: readonly Append[]) => Promise<Appended>;
  /** Current version of each stream; 0 for one that does not exist. */
  versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  applyFindable: (version: number, change: FindableChange) => Promise<void>;
}>;
