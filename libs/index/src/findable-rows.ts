import type { RejectedRow } from './rejected-row.js';
import type { SeriesRow } from './series-row.js';
import type { StudyRow } from './study-row.js';

/** The rows that a change looks at, also those of which nothing may be seen. `rejected`: what is rejected in these studies. */
export type Rows = Readonly<{
  studies: readonly StudyRow[];
  series: readonly SeriesRow[];
  rejected?: readonly RejectedRow[];
}>;
