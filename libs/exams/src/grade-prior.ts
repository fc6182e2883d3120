import type { ExamClass } from './exam-class.js';
import { type Likeness, likenessOf } from './exam-likeness.js';
import type { MatchWindow, MatchWindows } from './match-windows.js';
import {
  LOUDNESS,
  type Match,
  type MatchGrade,
  type MatchIndicator,
  type MatchReason,
  type OrderedExam,
  type PriorExam,
} from './match-words.js';
import { holdsOf } from './must-not-fire.js';

/**
 * What an earlier exam, or one that is ordered elsewhere, is to an order. Pure; the same question always gets the same answer. It is
 * given only what the caller may know of: nothing here can leak what was never passed in.
 */
export function gradePrior(order: OrderedExam, prior: PriorExam, windows: MatchWindows): Match {
  const days = daysBetween(prior.on, order.on);
  const window = windowFor(order.exam, windows);
  const { version } = windows;
  const row = window?.id ?? null;
  const silent = (reason: MatchReason): Match => {
    return { grade: 'NONE', indicator: 'none', reasons: [reason], days, window: row, version };
  };
  if (prior.identity !== 'certain') return silent('identity-uncertain');
  if (prior.quality === 'rejected') return silent('rejected');
  if (window === undefined) return silent('no-window');
  const age = ageIn(window, prior, days);
  if (age !== 'recent' && age !== 'older') return silent(age);
  const likeness = likenessOf(order.exam, prior.exam, windows);
  if (likeness.grade === 'NONE') return silent(likeness.reasons[0] ?? 'region-differs');
  const holds = holdsOf(order, prior, windows);
  const heard = prior.state === 'ordered' ? pendingOf(likeness) : likeness;
  const reasons = [...heard.reasons, age, ...holds.map(({ reason }) => reason)];
  const atMost: MatchIndicator = age === 'recent' ? 'warning' : 'info';
  const indicator = quietest([heard.indicator, atMost, ...holds.map((hold) => hold.atMost)]);
  return { grade: heard.grade, indicator, reasons, days, window: row, version };
}

/** Whole days from one day of the calendar (YYYY-MM-DD) to another; negative when the other is before it, null when one of them is none. */
export function daysBetween(from: string, to: string): number | null {
  if (!DAY.test(from) || !DAY.test(to)) return null;
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return Number.isNaN(days) ? null : days;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** The window that counts for an order: the first that fits. */
export const windowFor = (
  exam: ExamClass,
  { windows }: Pick<MatchWindows, 'windows'>,
): MatchWindow | undefined => windows.find((row) => fits(row, exam));

const fits = (row: MatchWindow, exam: ExamClass): boolean =>
  row.group === exam.group &&
  areAmong(exam.regions, row.regions) &&
  areAmong(exam.coarse, row.coarse) &&
  (row.purposes ?? []).every((purpose) => exam.purposes.includes(purpose));

/** A region that isn't told is none of those that a row is for. */
const areAmong = (told: readonly string[], wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || (told.length > 0 && told.every((one) => wanted.includes(one)));

/** A day of tolerance: hospitals write the day by their own clocks. */
const DAYS_AHEAD_MAX = 1;

/** An exam that is still to be done counts as far ahead as behind. */
function ageIn(
  { warnDays, infoDays }: MatchWindow,
  { state }: PriorExam,
  days: number | null,
): 'recent' | 'older' | 'too-old' | 'later' | 'day-unknown' {
  if (days === null) return 'day-unknown';
  if (state === 'done' && days < -DAYS_AHEAD_MAX) return 'later';
  const apart = Math.abs(days);
  if (apart <= warnDays) return 'recent';
  return apart <= (infoDays ?? warnDays) ? 'older' : 'too-old';
}

/** What is ordered elsewhere matters only when it makes this order needless: there is nothing to compare with yet. */
function pendingOf(likeness: Likeness): Likeness {
  if (REPEATS.has(likeness.grade)) return { ...likeness, grade: 'PENDING' };
  return { ...likeness, grade: 'NONE', indicator: 'none' };
}

const REPEATS: ReadonlySet<MatchGrade> = new Set(['SAME', 'EQUIVALENT', 'COVERS']);

const quietest = (all: readonly MatchIndicator[]): MatchIndicator =>
  LOUDNESS.find((one) => all.includes(one)) ?? 'none';
