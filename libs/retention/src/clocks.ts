import {
  addDays,
  addDuration,
  ageOn,
  birthdayOf,
  type Duration,
  daysBetween,
  readDuration,
} from './calendar.js';
import type { KnownFacts } from './known-facts.js';
import type { AgeRange, RetentionPolicy, RetentionRule } from './retention-policy.js';

/** When a policy ends: the last day on which it keeps the study, null for never; by which of its rules. */
export type PolicyEnd = Readonly<{ lastDay: string | null; rule: string }>;

/** `needs-birth`: whether or when it ends hangs on a day of birth that nobody knows. */
export type PolicyVerdict = PolicyEnd | 'not-meant' | 'needs-birth';

/** What a policy says of a study. Within a policy the latest of its rules wins. */
export function verdictOf(policy: RetentionPolicy, known: KnownFacts): PolicyVerdict {
  const meant = isMeant(policy, known);
  if (meant !== true) return meant === false ? 'not-meant' : meant;
  const running = policy.rules.map((rule) => ({ rule, runs: isRunning(rule, known) }));
  const replacing = running.filter(({ rule, runs }) => runs === true && rule.replaces === true);
  const counting = replacing.length > 0 ? replacing : running;
  if (counting.some(({ runs }) => runs === 'needs-birth')) return 'needs-birth';
  const ends = counting
    .filter(({ runs }) => runs === true)
    .map(({ rule }) => ({ lastDay: lastDayOf(rule, policy, known), rule: rule.id }));
  return ends.reduce<PolicyVerdict>((latest, end) => laterOf(latest, end), 'not-meant');
}

/** The one that keeps longer; of two alike the first. */
const laterOf = (one: PolicyVerdict, other: PolicyEnd): PolicyVerdict =>
  typeof one === 'string' || isLater(other, one) ? other : one;

/** Whether one end keeps longer than the other. */
export const isLater = (one: PolicyEnd, other: PolicyEnd): boolean =>
  other.lastDay !== null && (one.lastDay === null || one.lastDay > other.lastDay);

type Fits = boolean | 'needs-birth';

function isMeant({ appliesTo }: RetentionPolicy, known: KnownFacts): Fits {
  const { group, purposes, marks } = known.inputs;
  const { groups, madeFrom = '', madeBefore } = appliesTo;
  if (groups !== undefined && group !== '' && !groups.includes(group)) return false;
  if (appliesTo.purposes?.some((each) => purposes.includes(each)) === false) return false;
  if (appliesTo.marks?.some((each) => marks.includes(each)) === false) return false;
  if (known.studyDate < madeFrom) return false;
  if (madeBefore !== undefined && known.studyDate >= madeBefore) return false;
  return isOfAge(appliesTo.ageAtExam, known, known.studyDate);
}

function isOfAge(range: AgeRange | undefined, { birth }: KnownFacts, day: string): Fits {
  if (range === undefined) return true;
  if (birth === '') return 'needs-birth';
  const years = ageOn(birth, day);
  return years >= (range.from ?? 0) && years < (range.below ?? Number.POSITIVE_INFINITY);
}

function isRunning({ trigger, when }: RetentionRule, known: KnownFacts): Fits {
  const { lastContact, death, birth } = known;
  if ((trigger === 'death' || when?.diedWithin !== undefined) && death === '') return false;
  if (
    when?.diedWithin !== undefined &&
    death >= addDuration(lastContact, durationOf(when.diedWithin))
  )
    return false;
  const ofAge = isOfAge(when?.ageAtLastContact, known, lastContact);
  if (ofAge !== true) return ofAge;
  return isOfBirth(trigger) && birth === '' ? 'needs-birth' : true;
}

const isOfBirth = (trigger: RetentionRule['trigger']): boolean =>
  trigger === 'birthday' || trigger === 'year-of-life';

function lastDayOf(rule: RetentionRule, policy: RetentionPolicy, known: KnownFacts): string | null {
  if (rule.keep === 'forever') return null;
  const keep = durationOf(rule.keep);
  if (rule.trigger === 'birthday')
    return withDisputes(policy, known, known.studyDate, birthdayOf(known.birth, keep.years));
  if (rule.trigger === 'year-of-life') {
    const completed = addDays(birthdayOf(known.birth, keep.years), -1);
    return withDisputes(policy, known, known.studyDate, completed);
  }
  const start = startOf(rule.trigger, policy, known);
  return withDisputes(policy, known, start, addDuration(start, keep));
}

function startOf(
  trigger: Exclude<RetentionRule['trigger'], 'birthday' | 'year-of-life'>,
  { appliesTo }: RetentionPolicy,
  { studyDate, lastContact, death, markedOn }: KnownFacts,
): string {
  switch (trigger) {
    case 'study-date':
      return studyDate;
    case 'last-contact':
    case 'end-of-treatment':
      return lastContact;
    case 'death':
      return death;
    case 'mark': {
      const days = (appliesTo.marks ?? []).flatMap((mark) => markedOn.get(mark) ?? []);
      return (
        days
          .map((day) => day || lastContact)
          .sort()
          .at(-1) ?? lastContact
      );
    }
  }
}

/** Days on which a dispute was open, first and last among them, are added as they come: one that begins after the clock has run out adds none. */
function withDisputes(
  { disputeStopsClock = false }: RetentionPolicy,
  { inputs }: KnownFacts,
  start: string,
  lastDay: string,
): string {
  if (!disputeStopsClock) return lastDay;
  return inputs.disputes.reduce((day, { from, until }) => {
    const stopped = from > start ? from : start;
    if (until === null || until < stopped || stopped > day) return day;
    return addDays(day, daysBetween(stopped, until) + 1);
  }, lastDay);
}

/** A table is checked before it is published; a text that is no duration in spite of that must not let anything go. */
function durationOf(text: string): Duration {
  const duration = readDuration(text);
  if (duration === undefined) throw new Error('a policy keeps for what is no duration');
  return duration;
}
