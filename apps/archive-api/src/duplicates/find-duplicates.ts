import { gradePrior } from '#exams/grade-prior';
import type { MatchWindows } from '#exams/match-windows';
import { MATCH_GRADES, type Match, type OrderedExam } from '#exams/match-words';
import type { Caller } from '../caller/caller.js';
import type { Duplicate, KnownExam, KnownOrder } from './duplicate.js';
import { type KnownStudiesPorts, knownStudies, type PersonAndDays } from './known-studies.js';

/** What finding duplicates needs. `ordersWaiting`: what is ordered and not done, as far as the caller may know of it. */
export type DuplicatePorts = KnownStudiesPorts &
  Readonly<{
    windowsInForce: () => MatchWindows;
    ordersWaiting?: (caller: Caller, asked: PersonAndDays) => Promise<readonly KnownOrder[]>;
  }>;

/** An order for one person, who is known for certain. `person`: opaque. */
export type OrderAsked = Readonly<{ person: string; order: OrderedExam }>;

const DAY_MS = 86_400_000;
/** Hospitals write the day by their own clocks. */
const DAYS_AHEAD = 1;

/** Exams that the order would repeat, or that are good to compare with; what matters most first. The caller may know of all of them. */
export async function findDuplicates(
  ports: DuplicatePorts,
  caller: Caller,
  { person, order }: OrderAsked,
): Promise<readonly Duplicate[]> {
  const known = await knownExams(ports, caller, { person, orders: [order] });
  return duplicatesAmong(known, order, ports.windowsInForce());
}

/** All exams of the person that could matter to one of the orders, as far as the caller may know of them. */
export async function knownExams(
  ports: DuplicatePorts,
  caller: Caller,
  { person, orders }: Readonly<{ person: string; orders: readonly OrderedExam[] }>,
): Promise<readonly KnownExam[]> {
  const asked = { person, ...daysOf(orders, ports.windowsInForce()) };
  const [studies, waiting] = await Promise.all([
    knownStudies(ports, caller, asked),
    ports.ordersWaiting?.(caller, asked) ?? [],
  ]);
  return [...studies, ...waiting];
}

/** What of the known exams is to be told about one order. Pure. */
export const duplicatesAmong = (
  known: readonly KnownExam[],
  order: OrderedExam,
  windows: MatchWindows,
): readonly Duplicate[] =>
  known
    .map((found) => ({ found, match: gradePrior(order, found.exam, windows) }))
    .filter(({ match }) => match.grade !== 'NONE' && match.indicator !== 'none')
    .sort((one, other) => weightOf(one.match) - weightOf(other.match) || apart(one) - apart(other));

const weightOf = ({ indicator, grade }: Match): number =>
  (indicator === 'warning' ? 0 : MATCH_GRADES.length) + MATCH_GRADES.indexOf(grade);

const apart = ({ match }: Duplicate): number => Math.abs(match.days ?? 0);

/** From the longest window before the first order to the last order and a little. */
function daysOf(orders: readonly OrderedExam[], { windows }: MatchWindows) {
  const days = orders.map(({ on }) => Date.parse(on));
  const longest = Math.max(0, ...windows.map(({ warnDays, infoDays }) => infoDays ?? warnDays));
  return {
    from: dayAt(Math.min(...days) - longest * DAY_MS),
    until: dayAt(Math.max(...days) + DAYS_AHEAD * DAY_MS),
  };
}

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
