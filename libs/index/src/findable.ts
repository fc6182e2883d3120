import type { RejectedRow } from './rejected-row.js';
import type { Place, SeriesView } from './series-view.js';

/** A study as its hospital finds it: the opaque claim and the versions of its series. */
export type StudyHead = Readonly<{
  claim: string;
  studyUid: string;
  series: readonly Readonly<{ series: string; seriesUid: string; version: number }>[];
}>;

/** A SQL text with its values, made by the search planner; `name` when preparing it pays. */
export type Statement = Readonly<{ text: string; values: readonly unknown[]; name?: string }>;

export type Rows = readonly Record<string, unknown>[];

/** Two statements, the second made before the first is answered: it sees what the first saw, and what was committed since. */
export type RowsInOneGo = (first: Statement, second: Statement) => Promise<readonly [Rows, Rows]>;

/** A series as it is stored; `rejected` is undefined when nothing of it is. */
export type WholeSeries = Readonly<{ view: SeriesView; rejected: RejectedRow | undefined }>;

/** The read side of the findable projection. One adapter: postgres; every read is inside one hospital. */
export type Findable = Readonly<{
  /** Series in series-number order, then by UID; undefined when the hospital does not hold the study. `rejected`: also those of which nothing may be seen. */
  study: (
    hospital: string,
    studyUid: string,
    options?: { rejected?: boolean },
  ) => Promise<StudyHead | undefined>;
  /** A series with the instances that may be seen, and their places; cached by version; undefined when it is not there. `fresh` skips the cache's short trust in itself. */
  series: (series: string, options?: { fresh?: boolean }) => Promise<SeriesView | undefined>;
  /** All that is stored of a series, also what is rejected, with what may not be seen of it; never cached. */
  wholeSeries: (series: string) => Promise<WholeSeries | undefined>;
  /** Opaque ids of the series of a study, in its order. `rejected`: also those of which nothing may be seen. */
  seriesOf: (claim: string, options?: { rejected?: boolean }) => Promise<readonly string[]>;
  /** Where everything lies that the packs of a series hold, by digest: its instances and all extracts that facts name. */
  placesOf: (series: string) => Promise<ReadonlyMap<string, Place>>;
  /** Rows of the active version; `{schema}` in the text stands for its schema name. */
  rows: (statement: Statement) => Promise<Rows>;
}>;
