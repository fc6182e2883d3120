import { classify } from '#exams/classify';
import type { PurposeHint } from '#exams/exam-class';
import { type ExamWords, NO_WORDS } from '#exams/exam-words';
import { windowFor } from '#exams/grade-prior';
import type { MatchWindows } from '#exams/match-windows';
import type { OrderedExam, OrderSign } from '#exams/match-words';
import type { Terms } from '#exams/terms';

/** An order in its own words. `reasons`: why it is ordered; `on`: the day it is to be done (YYYY-MM-DD); `isSerial`: one of several, by one order. */
export type StatedOrder = Readonly<{
  words: ExamWords;
  reasons: readonly string[];
  on: string;
  isSerial: boolean;
}>;

/** Purposes that the reason for an order may tell; what is done, its procedure tells alone. */
const OF_REASONS: readonly PurposeHint[] = [
  ...(['screening', 'follow-up', 'post-procedure', 'planning', 'trauma', 'growth'] as const),
];
/** Words of reasons, in the languages of the dictionary, that say that something has changed since. */
const CHANGED =
  /\b(?:worsen|deteriorat|acute change|verschlechter|aggravation|d[ée]gradation|agravamento|piora)/iu;

/** What exam is ordered, and what speaks for doing it all the same. Pure. */
export function orderedExam(
  { words, reasons, on, isSerial }: StatedOrder,
  terms: Terms,
): OrderedExam {
  const exam = classify(words, terms);
  const said = reasons.flatMap(
    (reason) => classify({ ...NO_WORDS, descriptions: [reason] }, terms).purposes,
  );
  const purposes = new Set([...exam.purposes, ...said.filter((one) => OF_REASONS.includes(one))]);
  const signs: OrderSign[] = isSerial ? ['serial'] : [];
  if (reasons.some((reason) => CHANGED.test(reason))) signs.push('acute-change');
  return { exam: { ...exam, purposes: [...purposes].sort() }, on, signs };
}

/** Whether anything could be told about an order: it is of imaging, of a region that is known, and some window is for it. */
export const canRepeat = ({ exam }: OrderedExam, windows: MatchWindows): boolean =>
  exam.regions.length > 0 && windowFor(exam, windows) !== undefined;
