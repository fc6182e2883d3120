import type { Match, PriorExam } from '#exams/match-words';

type Known = Readonly<{
  /** Who has it in custody, or ordered it; and as people call it. */
  hospital: string;
  hospitalName: string;
  exam: PriorExam;
}>;

/** A stored study that the caller may look at. `isOrdinary`: a normal one, which nothing marks. */
export type KnownStudy = Known &
  Readonly<{
    kind: 'study';
    claim: string;
    study: string;
    description: string;
    instances: number;
    bytes: number;
    isOrdinary: boolean;
  }>;

/** An exam that is ordered and not done, which the caller may know of. `order`: its opaque id. */
export type KnownOrder = Known & Readonly<{ kind: 'order'; order: string }>;

export type KnownExam = KnownStudy | KnownOrder;

/** An exam that answers an order wholly or in part, or is good to compare with. */
export type Duplicate = Readonly<{ found: KnownExam; match: Match }>;
