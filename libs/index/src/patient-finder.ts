import type { PatientIdentifier } from '#archive/access/access-facts';
import type { Demographics } from '#archive/identity-events';

/**
 * Whose patients may be found: everybody's, or those of a hospital: who has a study there, an identifier of its own, or is treated there.
 * Of them only identifiers are shown that the hospital's settings name (`authorities`), or that stayed within it.
 */
export type PatientsOf =
  | 'all'
  | Readonly<{ hospital: string; own: string; authorities: readonly string[] }>;

/** `onlyPerson`: of these patients nobody but this one. */
export type PatientReach = Readonly<{ of: PatientsOf; onlyPerson?: string | undefined }>;

/** One identifier and what is known of it. `survivor`: the identifier that is used in its place since they were merged. */
export type FoundPatient = PatientIdentifier &
  Readonly<{
    patient: string;
    person: string;
    demographics: Demographics;
    version: number;
    updatedAt: Date;
    survivor: string | null;
  }>;

export type Comparison = 'eq' | 'ge' | 'gt' | 'le' | 'lt';

/** What is looked for: all of it. A date is YYYY, YYYYMM or YYYYMMDD; an instant is in ISO 8601. */
export type PatientCriteria = Readonly<{
  patients?: readonly string[];
  identifiers?: readonly Readonly<{ authority?: string; value: string }>[];
  names: readonly Readonly<{ kind: 'family' | 'given'; text: string; exact: boolean }>[];
  birthDates: readonly Readonly<{ comparison: Comparison; date: string }>[];
  sexes?: readonly string[];
  updated: readonly Readonly<{ comparison: Comparison; instant: string }>[];
}>;

/** Persons in the order of their opaque ids, from the one after `after` on. */
export type PatientPage = Readonly<{ limit: number; after: string }>;

/** Finds patients within reach. Adapter: postgres. */
export type PatientFinder = Readonly<{
  people: (
    criteria: PatientCriteria,
    reach: PatientReach,
    page: PatientPage,
  ) => Promise<readonly string[]>;
  /** The identifiers of these persons that may be shown. */
  identifiersOf: (
    people: readonly string[],
    reach: PatientReach,
  ) => Promise<readonly FoundPatient[]>;
  /** Whether any patient has an identifier of this authority. */
  knows: (authority: string) => Promise<boolean>;
}>;
