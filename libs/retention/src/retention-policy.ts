import type { ModalityGroup, PurposeHint } from '#exams/exam-class';

/** What somebody has said of a study or of its patient, because a law asks for it. */
export const RETENTION_MARKS = [
  'cancer',
  'chronic-illness',
  'transplant',
  'cjd',
  'transfusion',
  'radiotherapy',
  'screening-programme',
] as const;
export type RetentionMark = (typeof RETENTION_MARKS)[number];

/**
 * Where a clock starts. `last-contact`: the last day on which the patient was at the producing hospital, for whatever; `end-of-treatment`: the
 * same day, once no stay is open; `birthday`: kept through the n-th birthday; `year-of-life`: until the n-th year of life is completed, which is
 * the day before that birthday; `mark`: the day that a mark of the policy names, else the last contact.
 */
export const RETENTION_TRIGGERS = [
  'study-date',
  'last-contact',
  'end-of-treatment',
  'birthday',
  'year-of-life',
  'death',
  'mark',
] as const;
export type RetentionTrigger = (typeof RETENTION_TRIGGERS)[number];

/** Whole years of age; `from` inclusive, `below` exclusive. */
export type AgeRange = Readonly<{ from?: number; below?: number }>;

/** What a policy is about: all that it names must hold. `madeFrom` (inclusive) and `madeBefore` are dates of the study. */
export type RetentionSubject = Readonly<{
  groups?: readonly ModalityGroup[];
  purposes?: readonly PurposeHint[];
  /** One of them is enough. */
  marks?: readonly RetentionMark[];
  ageAtExam?: AgeRange;
  madeFrom?: string;
  madeBefore?: string;
}>;

/**
 * One clock of a policy. `keep`: an ISO 8601 duration, or `forever`, which has to be said. `when` limits it to patients of that age at their last
 * contact, or who died less than that long after it. `replaces`: where it applies, the policy's other rules don't.
 */
export type RetentionRule = Readonly<{
  id: string;
  trigger: RetentionTrigger;
  keep: string;
  when?: Readonly<{ ageAtLastContact?: AgeRange; diedWithin?: string }>;
  replaces?: boolean;
}>;

/**
 * How long a jurisdiction keeps something. Of a policy's rules the latest wins, and of the policies that apply to a study the latest again.
 * `mode`: `min` may be kept longer, `max` may not, `fixed` is both. `disputeStopsClock`: days on which a claim was open don't count.
 */
export type RetentionPolicy = Readonly<{
  id: string;
  /** ISO 3166, as hospitals carry it: of a country, and then of all its parts, or of one part. */
  jurisdiction: string;
  appliesTo: RetentionSubject;
  mode: 'min' | 'max' | 'fixed';
  rules: readonly RetentionRule[];
  disputeStopsClock?: boolean;
  legalSource: string;
}>;

/** All policies, as they are published together; `version` changes whenever anything does. */
export type RetentionTable = Readonly<{
  version: string;
  policies: readonly RetentionPolicy[];
}>;
