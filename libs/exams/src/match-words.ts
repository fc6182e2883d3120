import type { ExamClass } from './exam-class.js';

/**
 * What an earlier exam is to an order. `SAME`: the same question, answered. `EQUIVALENT`: another protocol that answers it, or the same exam whose
 * contrast nobody told. `COVERS`: the earlier one shows more. `PARTIAL`: it shows a part. `RELATED`: good to compare with. `PENDING`: the
 * same exam is ordered elsewhere and not done yet.
 */
export const MATCH_GRADES = [
  'SAME',
  'EQUIVALENT',
  'COVERS',
  'PENDING',
  'PARTIAL',
  'RELATED',
  'NONE',
] as const;
export type MatchGrade = (typeof MATCH_GRADES)[number];

/** How loudly it is said: `warning` interrupts, `info` is there to read, `none` is not said. */
export const LOUDNESS = ['none', 'info', 'warning'] as const;
export type MatchIndicator = (typeof LOUDNESS)[number];

/** What an order says that makes a repeat sensible, besides the purposes of its exam. `serial`: one of several at intervals, by one order. */
export const ORDER_SIGNS = [
  'acute-change',
  'serial',
  'follow-up',
  'post-procedure',
  'planning',
] as const;
export type OrderSign = (typeof ORDER_SIGNS)[number];

/**
 * An order as it is graded. `on`: the day it is to be done, else the day it is ordered (YYYY-MM-DD).
 */
export type OrderedExam = Readonly<{
  exam: ExamClass;
  on: string;
  signs: readonly OrderSign[];
}>;

/** What a stored study is good for. `not-diagnostic`: rejected for its quality. `rejected`: withdrawn for any other reason. */
export type PriorQuality = 'final' | 'preliminary' | 'incomplete' | 'not-diagnostic' | 'rejected';

/**
 * An earlier exam that the caller may know of: whoever asks has left out the others. `on`: the day it was done, or is planned for when it is only
 * `ordered`. `identity`: whether it is of the same person for certain; `probable` is never told.
 */
export type PriorExam = Readonly<{
  exam: ExamClass;
  on: string;
  state: 'done' | 'ordered';
  quality: PriorQuality;
  identity: 'certain' | 'probable';
}>;

/** Why a match is graded as it is; cards and reports say it in words. The last group holds a warning back. */
export const MATCH_REASONS = [
  'region-same',
  'region-covered',
  'region-near',
  'region-part',
  'region-differs',
  'region-unknown',
  'side-covered',
  'side-part',
  'side-unknown',
  'side-differs',
  'contrast-met',
  'contrast-not-asked',
  'contrast-part',
  'contrast-missing',
  'contrast-unknown',
  'modality-differs',
  'protocol-differs',
  'protocol-equivalent',
  'recent',
  'older',
  'too-old',
  'later',
  'day-unknown',
  'no-window',
  'identity-uncertain',
  'rejected',
  'intervention',
  'planning',
  'follow-up',
  'post-procedure',
  'trauma',
  'acute-change',
  'serial',
  'growth',
  'screening-differs',
  'preliminary',
  'incomplete',
  'not-diagnostic',
  'class-uncertain',
] as const;
export type MatchReason = (typeof MATCH_REASONS)[number];

/** `days` from the earlier exam to the order, null when its day isn't known; `window`: id of the row that counted, null when none did; `version`: of the windows. */
export type Match = Readonly<{
  grade: MatchGrade;
  indicator: MatchIndicator;
  reasons: readonly MatchReason[];
  days: number | null;
  window: string | null;
  version: string;
}>;
