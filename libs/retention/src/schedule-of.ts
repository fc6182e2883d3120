import { addDays } from './calendar.js';
import { isLater, type PolicyEnd, type PolicyVerdict, verdictOf } from './clocks.js';
import { type KnownFacts, knownFacts } from './known-facts.js';
import type { RetentionPolicy } from './retention-policy.js';
import type { RetentionFacts, Schedule, UndecidedReason } from './schedule.js';

/**
 * When a study may go, and by what: a pure function of the facts and the policies, the order of neither matters. The latest of the policies that
 * apply wins. Nothing is ever due while a dispute or a stay is open, nor when something that matters isn't known.
 */
export function scheduleOf(facts: RetentionFacts, policies: readonly RetentionPolicy[]): Schedule {
  const known = knownFacts(facts);
  const { inputs } = known;
  const undecided = (because: UndecidedReason): Schedule => ({
    ...{ state: 'undecided', because, inputs },
  });
  if (known.studyDate === '') return undecided('study-date-missing');
  if (isContradictory(known)) return undecided('contradiction');
  if (known.isDisputed) return { state: 'suspended', because: 'dispute-open', inputs };
  if (known.isInCare) return { state: 'suspended', because: 'encounter-open', inputs };
  const verdicts = policies
    .filter(({ jurisdiction }) => isUnder(known.jurisdiction, jurisdiction))
    .map((policy) => ({ policy, verdict: verdictOf(policy, known) }));
  if (verdicts.some(({ verdict }) => verdict === 'needs-birth'))
    return undecided('birth-date-missing');
  return decided(verdicts.flatMap(endOf), known) ?? undecided('no-policy');
}

/** A part of a country (ISO 3166-2) is under the law of the country too. */
const isUnder = (place: string, law: string): boolean =>
  place === law || place.startsWith(`${law}-`);

type Ending = Readonly<{ policy: RetentionPolicy; end: PolicyEnd }>;

const endOf = ({
  policy,
  verdict,
}: Readonly<{ policy: RetentionPolicy; verdict: PolicyVerdict }>): readonly Ending[] =>
  typeof verdict === 'string' ? [] : [{ policy, end: verdict }];

/** Nobody is imaged, or dies, before they can have been born. */
const isContradictory = ({ birthEarliest, studyDate, death }: KnownFacts): boolean =>
  birthEarliest !== '' && (studyDate < birthEarliest || (death !== '' && death < birthEarliest));

function decided(endings: readonly Ending[], { inputs }: KnownFacts): Schedule | undefined {
  const inOrder = [...endings].sort((a, b) => (a.policy.id < b.policy.id ? -1 : 1));
  const least = inOrder
    .filter(({ policy }) => policy.mode !== 'max')
    .reduce<Ending | undefined>((one, other) => chosen(one, other, isLater), undefined);
  const most = inOrder
    .filter(({ policy, end }) => policy.mode !== 'min' && end.lastDay !== null)
    .reduce<Ending | undefined>((one, other) => chosen(one, other, isEarlier), undefined);
  if (least !== undefined && most !== undefined && isLater(least.end, most.end))
    return { state: 'undecided', because: 'min-beyond-max', inputs };
  const deciding = least ?? most;
  if (deciding === undefined) return undefined;
  const by = {
    policy: deciding.policy.id,
    rule: deciding.end.rule,
    legalSource: deciding.policy.legalSource,
  };
  const dueOn = dayAfter(deciding.end);
  if (dueOn === null) return { state: 'permanent', ...by, inputs };
  const mustGoOn = most === undefined ? null : dayAfter(most.end);
  return { state: 'scheduled', dueOn, mustGoOn, ...by, inputs };
}

const chosen = (
  one: Ending | undefined,
  other: Ending,
  beats: (one: PolicyEnd, other: PolicyEnd) => boolean,
): Ending => (one === undefined || beats(other.end, one.end) ? other : one);

const isEarlier = (one: PolicyEnd, other: PolicyEnd): boolean => isLater(other, one);

const dayAfter = ({ lastDay }: PolicyEnd): string | null =>
  lastDay === null ? null : addDays(lastDay, 1);
