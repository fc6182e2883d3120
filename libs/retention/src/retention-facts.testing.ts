import type { RetentionFacts } from './schedule.js';

/** Facts of one study of which little is known, but what is given. */
export const retentionFacts = (given: Partial<RetentionFacts> = {}): RetentionFacts => ({
  jurisdiction: 'LU',
  studyDate: '2010-01-10',
  birthDate: '1950-01-01',
  deaths: [],
  encounters: [],
  otherStudies: [],
  disputes: [],
  marks: [],
  group: 'CT',
  purposes: [],
  ...given,
});
