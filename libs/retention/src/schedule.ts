import type { ModalityGroup, PurposeHint } from '#exams/exam-class';
import type { RetentionMark } from './retention-policy.js';

/** A claim against the hospital, or any dispute about the care; `until` null: it is open. Days. */
export type Dispute = Readonly<{ from: string; until: string | null }>;

/** A stay or visit at the producing hospital; `until` null: the patient is still there. Days. */
export type Encounter = Readonly<{ from: string; until: string | null }>;

/** `on`: the day that the mark names, '' when it names none. */
export type MarkedFact = Readonly<{ mark: RetentionMark; on: string }>;

/**
 * What is known of one study, in any order. Days are YYYY-MM-DD; '' stands for what isn't known. `birthDate` may be YYYY or YYYY-MM. `deaths`: what
 * different sources say, if the patient is dead. `otherStudies`: days of the person's other studies of the same hospital.
 */
export type RetentionFacts = Readonly<{
  jurisdiction: string;
  studyDate: string;
  birthDate: string;
  deaths: readonly string[];
  encounters: readonly Encounter[];
  otherStudies: readonly string[];
  disputes: readonly Dispute[];
  marks: readonly MarkedFact[];
  /** Not known: a policy for some groups applies, since longer is safe. */
  group: ModalityGroup | undefined;
  purposes: readonly PurposeHint[];
}>;

/** What a schedule was made of. '' and empty lists: nothing is known, or it didn't matter. */
export type ScheduleInputs = Readonly<{
  studyDate: string;
  birthDate: string;
  lastContact: string;
  deathDate: string;
  group: ModalityGroup | '';
  purposes: readonly PurposeHint[];
  marks: readonly RetentionMark[];
  disputes: readonly Dispute[];
}>;

/** Why nothing can be said. `contradiction`: dates that can't all be true; `min-beyond-max`: one policy asks for longer than another lets. */
export const UNDECIDED_REASONS = [
  'no-policy',
  'study-date-missing',
  'birth-date-missing',
  'contradiction',
  'min-beyond-max',
] as const;
export type UndecidedReason = (typeof UNDECIDED_REASONS)[number];

export const SUSPENDED_REASONS = ['dispute-open', 'encounter-open'] as const;
export type SuspendedReason = (typeof SUSPENDED_REASONS)[number];

/** `scheduled`: it may go from `dueOn` on, the first day on which no policy keeps it; `permanent`: a policy says for ever. */
export const SCHEDULE_STATES = ['scheduled', 'permanent', 'suspended', 'undecided'] as const;

/** The policy and the rule of it that decided, and the law behind them. */
export type DecidedBy = Readonly<{ policy: string; rule: string; legalSource: string }>;

/** `mustGoOn`: the first day on which a policy lets nobody keep it any more, null when none says so. */
export type Schedule =
  | (Readonly<{
      state: 'scheduled';
      dueOn: string;
      mustGoOn: string | null;
      inputs: ScheduleInputs;
    }> &
      DecidedBy)
  | (Readonly<{ state: 'permanent'; inputs: ScheduleInputs }> & DecidedBy)
  | Readonly<{ state: 'suspended'; because: SuspendedReason; inputs: ScheduleInputs }>
  | Readonly<{ state: 'undecided'; because: UndecidedReason; inputs: ScheduleInputs }>;
