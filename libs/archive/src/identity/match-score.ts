import type { Demographics } from '../identity-events.js';

export type MatchGrade = 'certain' | 'probable' | 'possible' | 'certainly-not';

/** How much each tells; together 0.9, less than an identifier that is the same. */
const WEIGHTS = { family: 0.3, given: 0.2, birthDate: 0.35, sex: 0.05 } as const;
const BEST = 0.9;
const PROBABLE_MIN = 0.75;
const POSSIBLE_MIN = 0.4;

/**
 * How alike two descriptions are, from 0 to 0.9: what both state and is equal counts, the beginning of a name or date in part, what differs takes
 * away. Names are compared as they are: fold them before.
 */
export function matchScore(one: Demographics, two: Demographics): number {
  const score =
    WEIGHTS.family * likeness(familiesOf(one), familiesOf(two)) +
    WEIGHTS.given * likeness(givenOf(one), givenOf(two)) +
    WEIGHTS.birthDate * likeness([one.birthDate], [two.birthDate]) +
    WEIGHTS.sex * likeness([one.sex], [two.sex]);
  return Math.max(0, Math.min(BEST, Math.round(score * 100) / 100));
}

/** How sure a score is. Only the same identifier is certain. */
export function matchGrade(score: number, isSameIdentifier: boolean): MatchGrade {
  if (isSameIdentifier) return 'certain';
  if (score >= PROBABLE_MIN) return 'probable';
  return score >= POSSIBLE_MIN ? 'possible' : 'certainly-not';
}

const familiesOf = ({ names }: Demographics) => names.map(({ family }) => family);
const givenOf = ({ names }: Demographics) => names.flatMap(({ given }) => given);

/** 1 when a text of both is equal, a half when one begins the other, minus a half when nothing is alike; 0 when one side states nothing. */
const likeness = (one: readonly string[], two: readonly string[]): number => {
  const [a, b] = [one, two].map((texts) => texts.filter((text) => text !== ''));
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return 0;
  if (a.some((text) => b.includes(text))) return 1;
  const begins = a.some((text) =>
    b.some((other) => text.startsWith(other) || other.startsWith(text)),
  );
  return begins ? 0.5 : -0.5;
};
