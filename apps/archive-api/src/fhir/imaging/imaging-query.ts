import type { SearchMatch } from '#dicomweb/search-query';
import type { StudyFilter } from '#index/search-filter';

/** A patient as a search names them: by the opaque id of one identifier, or by an identifier, perhaps of any authority. */
export type PatientNamed =
  | Readonly<{ patient: string }>
  | Readonly<{ authority?: string; value: string }>;

/** What else goes into the answer (FHIR R4 §3.1.1.5.4). */
export type Included = 'endpoint' | 'patient';

/** A search for ImagingStudy, read. */
export type ImagingQuery = Readonly<{
  matches: readonly SearchMatch[];
  filter: StudyFilter;
  /** Each list names one patient in several ways, or several patients of whom one is enough. */
  patients: readonly (readonly PatientNamed[])[];
  /** A value was asked for that nothing can have. */
  isOfNothing: boolean;
  count: number;
  isAscending: boolean;
  included: ReadonlySet<Included>;
  hasTotal: boolean;
  /** Parameters that were understood, in their order, as they were given. */
  used: readonly (readonly [name: string, value: string])[];
  /** Names of those that were left out. */
  ignored: readonly string[];
}>;
