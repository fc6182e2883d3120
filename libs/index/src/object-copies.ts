import type { Looker } from './seen-studies.js';

/**
 * Why the same pixels are held twice: in one study; in two studies of one identifier; of one person under two identifiers; of two persons, or of
 * nobody known.
 */
export const COPY_KINDS = ['same-study', 'same-patient', 'other-id', 'other-person'] as const;
export type CopyKind = (typeof COPY_KINDS)[number];

/** `instances`, `bytes`: what is held more than once; of two studies, as much of it as one of them has. */
export type CopyCount = Readonly<{
  kind: CopyKind;
  pairs: number;
  instances: number;
  bytes: number;
}>;

/** What a hospital holds, or was sent, more than once; it names no study. */
export type CopyReport = Readonly<{
  hospital: string;
  /** Studies and instances whose pixels were looked at, of all that there are. */
  lookedAt: Readonly<{
    studies: number;
    instances: number;
    ofStudies: number;
    ofInstances: number;
  }>;
  /** Instances that came again and weren't kept twice. */
  sentAgain: Readonly<{ instances: number; bytes: number }>;
  copies: readonly CopyCount[];
  /** Examinations (one accession number of one patient) that lie in several studies. */
  split: Readonly<{ examinations: number; studies: number }>;
}>;

/** A study as its custodian calls it. */
export type NamedStudy = Readonly<{ claim: string; study: string }>;

/** Two studies with the same pixels; `first` is `second` where one study has them twice. */
export type CopyPair = Readonly<{
  kind: CopyKind;
  instances: number;
  bytes: number;
  first: NamedStudy;
  second: NamedStudy;
}>;

/** An examination that lies in several studies. */
export type SplitExam = Readonly<{ studies: readonly NamedStudy[] }>;

/** `looker`: undefined where nobody is asked, as on the machine itself; `after`: the claims of the last pair that was seen. */
export type PairsAsked = Readonly<{
  hospital: string;
  looker: Looker | undefined;
  kind: CopyKind | undefined;
  after: readonly [string, string];
  limit: number;
}>;

/** `after`: the last claim that was seen, of the first study of an examination. */
export type SplitAsked = Readonly<{
  hospital: string;
  looker: Looker | undefined;
  after: string;
  limit: number;
}>;

/** What a cohort keeps of studies that are equal in part or whole: `of` has all pixels that `claim` has. */
export type Distinct = Readonly<{
  kept: readonly string[];
  copies: readonly Readonly<{ claim: string; of: string }>[];
}>;

/** Objects that a hospital holds more than once. One adapter: postgres. */
export type ObjectCopies = Readonly<{
  report: (hospital: string) => Promise<CopyReport>;
  /** Those of which the looker may know of both. */
  pairs: (asked: PairsAsked) => Promise<readonly CopyPair[]>;
  /** Those of whose studies the looker may know of two or more; of these alone. */
  splitExams: (asked: SplitAsked) => Promise<readonly SplitExam[]>;
  /** One of each set of equals over all that a hospital holds, by claim behind `after`. */
  distinctOf: (
    asked: Readonly<{ hospital: string; after: string; limit: number }>,
  ) => Promise<readonly NamedStudy[]>;
  /** One of each set of equals among these studies of one hospital; of no others is anything told. */
  distinct: (hospital: string, claims: readonly string[]) => Promise<Distinct>;
}>;
