import type { SeriesRow } from './series-row.js';
import type { StudyRow } from './study-row.js';

/** The rows that a change looks at. */
export type Rows = Readonly<{ studies: readonly StudyRow[]; series: readonly SeriesRow[] }>;
