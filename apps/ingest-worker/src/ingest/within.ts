import type { Append, Appended } from '#events/event-store';
import type { FindableChange, StoredFacts } from '#index/findable-change';
import type { Rows } from '#index/findable-rows';

/** The stores as they work inside one open transaction; bound to their adapters in the composition root. */
export type Within = Readonly<{
  append: (appends: readonly Append[]) => Promise<Appended>;
  /** Current version of each stream; 0 for one that does not exist. */
  versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  insertSmallPack: (pack: Readonly<{ key: string; body: Buffer }>) => Promise<void>;
  readFindable: (version: number, change: FindableChange) => Promise<Rows>;
  writeFindable: (version: number, stored: readonly StoredFacts[], before: Rows) => Promise<void>;
}>;
