import { LOUDNESS, MATCH_GRADES, type Match } from './match-words.js';

/** What matters most first: by loudness, then by grade, then what is nearest in time. */
export const compareMatches = (one: Match, other: Match): number =>
  LOUDNESS.indexOf(other.indicator) - LOUDNESS.indexOf(one.indicator) ||
  MATCH_GRADES.indexOf(one.grade) - MATCH_GRADES.indexOf(other.grade) ||
  Math.abs(one.days ?? 0) - Math.abs(other.days ?? 0);
