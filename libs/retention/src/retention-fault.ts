import { isDay, readDuration } from './calendar.js';
import type {
  AgeRange,
  RetentionPolicy,
  RetentionRule,
  RetentionTable,
} from './retention-policy.js';

/**
 * What no table may be, whatever it says. `duration-unreadable`: no ISO 8601 duration of at most 200 years. `birthday-in-years`: a birthday is
 * counted in whole years. `mark-missing`: a clock starts at a mark that the policy doesn't name. `range-empty`: no age and no day fits.
 * `without-rules`: a policy that ends by nothing. `max-forever`: that is no bound.
 */
export type RetentionFault =
  | 'ids-repeated'
  | 'duration-unreadable'
  | 'birthday-in-years'
  | 'mark-missing'
  | 'range-empty'
  | 'without-rules'
  | 'max-forever';

const YEARS = /^P\d{1,3}Y$/;

/** Undefined when studies can be scheduled by it. */
export function faultOfRetention({ policies }: RetentionTable): RetentionFault | undefined {
  if (hasTwice(policies.map(({ id }) => id))) return 'ids-repeated';
  for (const policy of policies) {
    const fault = faultOfPolicy(policy);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfPolicy(policy: RetentionPolicy): RetentionFault | undefined {
  const { rules, appliesTo } = policy;
  if (rules.length === 0) return 'without-rules';
  if (hasTwice(rules.map(({ id }) => id))) return 'ids-repeated';
  if (isEmptyRange(appliesTo.ageAtExam) || isEmptyPeriod(policy)) return 'range-empty';
  for (const rule of rules) {
    const fault = faultOfRule(rule, policy);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfRule(
  { trigger, keep, when }: RetentionRule,
  { mode, appliesTo }: RetentionPolicy,
): RetentionFault | undefined {
  if (keep === 'forever') return mode === 'min' ? undefined : 'max-forever';
  const durations = when?.diedWithin === undefined ? [keep] : [keep, when.diedWithin];
  if (durations.some((each) => readDuration(each) === undefined)) return 'duration-unreadable';
  const isOfBirth = trigger === 'birthday' || trigger === 'year-of-life';
  if (isOfBirth && !YEARS.test(keep)) return 'birthday-in-years';
  if (trigger === 'mark' && (appliesTo.marks ?? []).length === 0) return 'mark-missing';
  return isEmptyRange(when?.ageAtLastContact) ? 'range-empty' : undefined;
}

const isEmptyRange = ({ from = 0, below = Number.POSITIVE_INFINITY }: AgeRange = {}): boolean =>
  from >= below;

const isEmptyPeriod = ({ appliesTo: { madeFrom, madeBefore } }: RetentionPolicy): boolean =>
  [madeFrom, madeBefore].some((day) => day !== undefined && !isDay(day)) ||
  (madeFrom !== undefined && madeBefore !== undefined && madeFrom >= madeBefore);

const hasTwice = (words: readonly string[]): boolean => new Set(words).size !== words.length;
