/** Cards that were shown from a time on and before another. `hospital`: that ordered; '' for all together. */
export type FiguresAsked = Readonly<{ hospital: string; from: Date; to: Date }>;

/** How many of a kind. */
export type Counted = Readonly<{ code: string; count: number }>;

/**
 * What became of the cards of one period: numbers, and nobody. `shown` and `answers` count cards; `followed` and `saved` count orders of which a card was
 * accepted. Of one whose acceptance is `FOLLOWED_DAYS` old: `done` when an exam of the same kind of apparatus and region was stored by the same hospital since,
 * or the order was performed; else `notDone`, and what it would have taken is saved.
 */
export type DuplicateFigures = Readonly<{
  shown: Readonly<{
    cards: number;
    orders: number;
    byService: readonly Counted[];
    byGrade: readonly Counted[];
  }>;
  answers: Readonly<{
    accepted: number;
    overridden: number;
    none: number;
    /** Of the orders whose cards nobody answered: those that their hospital cancelled. HL7 has no other answer. */
    withdrawn: number;
    byReason: readonly Counted[];
  }>;
  followed: Readonly<{ waiting: number; done: number; notDone: number }>;
  saved: Readonly<{
    exams: number;
    microsieverts: number;
    ofDose: number;
    bytes: number;
    ofBytes: number;
  }>;
}>;

/** Reads them as of a moment in milliseconds since 1970. */
export type FiguresOf = (asked: FiguresAsked, nowMs: number) => Promise<DuplicateFigures>;

/** How long after an acceptance it is told whether the exam was done all the same (domain brief §3.5). */
export const FOLLOWED_DAYS = 14;
