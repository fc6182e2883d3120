import type { Recorded } from '#events/event';
import type { Append, Appended } from '#events/event-store';
import type { FindableChange, StoredFacts } from '#index/findable-change';
import type { Rows } from '#index/findable-rows';

type Touched = Pick<StoredFacts, 'claim' | 'series'>;

/** The stores as they work inside one open transaction; bound to their adapters in the composition root. */
export type Within = Readonly<{
  append: (appends: readonly Append[]) => Promise<Appended>;
  /** As `append`, but a conflict is thrown and fails the transaction: its commit may be sent along. */
  appendOrAbort: (appends: readonly Append[]) => Promise<void>;
  /** The events of one stream in order. */
  read: (stream: string) => AsyncIterable<Recorded>;
  /** Current version of each stream; 0 for one that does not exist. */
  versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  insertSmallPack: (pack: Readonly<{ key: string; body: Buffer }>) => Promise<void>;
  readFindable: (version: number, touched: readonly Touched[]) => Promise<Rows>;
  writeFindable: (version: number, change: FindableChange, before: Rows) => Promise<void>;
}>;
