import type { RetentionTable } from '#retention/retention-policy';
import { type ScheduleRow, scheduleRow } from './schedule-row.js';
import type { StudyRetention } from './study-retention.js';

/** What is tried: policies in the place of others, as of a day (YYYY-MM-DD). */
export type TriedRetention = Readonly<{
  before: RetentionTable;
  after: RetentionTable;
  on: string;
}>;

/** How many studies would stand how, by which rule; `due`: how many of them may go on that day. */
export type RetentionCount = Readonly<{
  jurisdiction: string;
  state: ScheduleRow['state'];
  because: string;
  policy: string;
  rule: string;
  studies: number;
  due: number;
}>;

/** A study that may go on that day by the policies tried, and could not by the others. */
export type NewlyDue = Readonly<{ claim: string; hospital: string; dueOn: string; rule: string }>;

/**
 * What policies would change. `dueBefore` and `dueAfter`: how many studies may go on that day, by the one and by the other; `earlier`, `later`: of
 * those that are scheduled by both; `otherwise`: they stand otherwise than before. `newlyDue`: some of them.
 */
export type RetentionDifference = Readonly<{
  studies: number;
  more: boolean;
  dueBefore: number;
  dueAfter: number;
  earlier: number;
  later: number;
  otherwise: number;
  counts: readonly RetentionCount[];
  newlyDue: readonly NewlyDue[];
}>;

/** How many of those that would newly be due are named. */
export const NEWLY_DUE_MAX = 100;

/** Adds up studies, page by page. */
export function retentionTally({ before, after, on }: TriedRetention) {
  const sums = { studies: 0, dueBefore: 0, dueAfter: 0, earlier: 0, later: 0, otherwise: 0 };
  const counts = new Map<string, RetentionCount>();
  const newlyDue: NewlyDue[] = [];
  const isDue = ({ due_on: dueOn }: ScheduleRow) => dueOn !== null && dueOn <= on;
  const add = (study: StudyRetention): void => {
    const [old, next] = [scheduleRow(study, before), scheduleRow(study, after)];
    sums.studies += 1;
    if (isDue(old)) sums.dueBefore += 1;
    if (isDue(next)) sums.dueAfter += 1;
    sums[movedBy(old, next)] += old.state === next.state && old.due_on === next.due_on ? 0 : 1;
    count(counts, next, isDue(next));
    if (isDue(next) && !isDue(old) && newlyDue.length < NEWLY_DUE_MAX)
      newlyDue.push({
        ...{ claim: next.claim, hospital: next.hospital },
        ...{ dueOn: next.due_on ?? '', rule: `${next.policy}/${next.rule}` },
      });
  };
  const difference = (more: boolean): RetentionDifference => ({
    ...sums,
    ...{ more, counts: [...counts.values()].sort(byPlace), newlyDue },
  });
  return { add, difference, studies: () => sums.studies };
}

function movedBy(old: ScheduleRow, next: ScheduleRow): 'earlier' | 'later' | 'otherwise' {
  if (old.due_on === null || next.due_on === null) return 'otherwise';
  return next.due_on < old.due_on ? 'earlier' : 'later';
}

const placeOf = (row: Omit<RetentionCount, 'studies' | 'due'>): string =>
  [row.jurisdiction, row.state, row.because, row.policy, row.rule].join(' ');

const byPlace = (one: RetentionCount, other: RetentionCount): number =>
  placeOf(one) < placeOf(other) ? -1 : 1;

function count(counts: Map<string, RetentionCount>, row: ScheduleRow, isDue: boolean): void {
  const { jurisdiction, state, because, policy, rule } = row;
  const place = { jurisdiction, state, because, policy, rule };
  const before = counts.get(placeOf(place));
  const [studies, due] = [(before?.studies ?? 0) + 1, (before?.due ?? 0) + Number(isDue)];
  counts.set(placeOf(place), { ...place, studies, due });
}
