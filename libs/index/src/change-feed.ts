import type { Looker } from './seen-studies.js';
import type { StudyChange } from './study-changes.js';

/** A change as it is told; `sequence` counts all of them from 1. */
export type ToldChange = StudyChange & Readonly<{ sequence: number }>;

/** A stretch of the feed. `through`: the last sequence that was looked at, shown or not; `more`: there are others behind it. */
export type ChangePage = Readonly<{
  changes: readonly ToldChange[];
  through: number;
  more: boolean;
}>;

/** `after`: the last sequence that isn't wanted any more. */
export type ChangesAsked = Readonly<{ after: number; limit: number; looker: Looker }>;

/** What others are told of studies, in the order in which they are told. One adapter: postgres. */
export type ChangeFeed = Readonly<{
  /**
   * Leaves out what may not be known of at this moment, and of a study that was withdrawn everything but that. Undefined: `after` is behind the last
   * change, so it's not of this feed.
   */
  read: (asked: ChangesAsked) => Promise<ChangePage | undefined>;
  /** The last sequence; 0 before the first change. */
  head: () => Promise<number>;
}>;
