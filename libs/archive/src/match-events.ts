import type { Event } from '#events/event';
import type { MatchWindows } from '#exams/match-windows';

/** What is graded as a duplicate exam from now on, whole: the windows are data. `basedOn` is the version that they took the place of. */
export type MatchWindowsPublished = Event<
  'MatchWindowsPublished',
  { basedOn: string; windows: MatchWindows }
>;
