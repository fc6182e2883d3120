import { addDays, earliestDay, isDay, latestDay } from './calendar.js';
import type { Dispute, RetentionFacts, ScheduleInputs } from './schedule.js';

/** The facts as clocks read them. `birth`: the latest day that it can have been, so that nobody is taken for older than they are. */
export type KnownFacts = Readonly<{
  jurisdiction: string;
  studyDate: string;
  birth: string;
  birthEarliest: string;
  lastContact: string;
  death: string;
  isInCare: boolean;
  isDisputed: boolean;
  inputs: ScheduleInputs;
  /** The days that each mark names, '' where it names none. */
  markedOn: ReadonlyMap<string, readonly string[]>;
}>;

/** Puts the facts in one order, whichever they came in; what can't be a day counts as not known. */
export function knownFacts(facts: RetentionFacts): KnownFacts {
  const studyDate = isDay(facts.studyDate) ? facts.studyDate : '';
  const birth = latestDay(facts.birthDate);
  const death = latestOf(facts.deaths);
  const contacts = facts.encounters.flatMap(({ from, until }) => [from, until ?? '']);
  const lastContact = latestOf([studyDate, ...facts.otherStudies, ...contacts]);
  const disputes = mergedDisputes(facts.disputes);
  return {
    ...{ jurisdiction: facts.jurisdiction, studyDate, birth, lastContact, death },
    birthEarliest: earliestDay(facts.birthDate),
    isInCare: facts.encounters.some(({ until }) => until === null),
    isDisputed: disputes.some(({ until }) => until === null),
    markedOn: daysOfMarks(facts),
    inputs: {
      ...{ studyDate, lastContact, deathDate: death, disputes },
      birthDate: birth === '' ? '' : facts.birthDate,
      group: facts.group ?? '',
      purposes: sorted(facts.purposes),
      marks: sorted(facts.marks.map(({ mark }) => mark)),
    },
  };
}

const latestOf = (days: readonly string[]): string => days.filter(isDay).sort().at(-1) ?? '';

const sorted = <T extends string>(words: readonly T[]): readonly T[] => [...new Set(words)].sort();

function daysOfMarks({ marks }: RetentionFacts): KnownFacts['markedOn'] {
  const named = Map.groupBy(marks, ({ mark }) => mark);
  return new Map(
    [...named].map(([mark, each]) => [mark, each.map(({ on }) => (isDay(on) ? on : ''))]),
  );
}

/** Disputes that overlap or touch, as one; of those that begin after they end nothing is left. */
function mergedDisputes(disputes: readonly Dispute[]): readonly Dispute[] {
  const merged: Dispute[] = [];
  for (const next of [...disputes].filter(isPeriod).sort(byStart)) {
    const last = merged.at(-1);
    if (last === undefined || !touches(last, next)) merged.push(pick(next));
    else merged.splice(-1, 1, { from: last.from, until: laterEnd(last.until, next.until) });
  }
  return merged;
}

const isPeriod = ({ from, until }: Dispute): boolean =>
  isDay(from) && (until === null || (isDay(until) && until >= from));
const byStart = (one: Dispute, other: Dispute): number =>
  one.from < other.from ? -1 : Number(one.from > other.from);
const touches = (one: Dispute, next: Dispute): boolean =>
  one.until === null || next.from <= addDays(one.until, 1);
const pick = ({ from, until }: Dispute): Dispute => ({ from, until });

function laterEnd(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null;
  return one > other ? one : other;
}
