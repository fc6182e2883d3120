import type { OrderedProcedure } from '#archive/order-events';
import { windowFor } from '#exams/grade-prior';
import type { MatchWindows } from '#exams/match-windows';
import type { OrderedExam } from '#exams/match-words';
import { readOrderSigns } from '#exams/order-signs';
import type { Terms } from '#exams/terms';
import { orderedExam } from '#index/ordered-exam';

/** An order in its own words. `on`: the day it is to be done (YYYY-MM-DD); `isSerial`: it says by itself that it is one of several. */
export type StatedOrder = Readonly<{
  procedure: OrderedProcedure;
  on: string;
  isSerial: boolean;
}>;

/** What is ordered, as it is graded, with what speaks for doing it all the same. Pure. */
export const orderOf = ({ procedure, on, isSerial }: StatedOrder, terms: Terms): OrderedExam => ({
  exam: orderedExam(procedure, terms),
  on,
  signs: [
    ...new Set([...readOrderSigns(procedure.reasons), ...(isSerial ? ['serial' as const] : [])]),
  ],
});

/** Whether anything could be told about an order: it is of imaging, of a region that is known, and some window is for it. */
export const canRepeat = ({ exam }: OrderedExam, windows: MatchWindows): boolean =>
  exam.regions.length > 0 && windowFor(exam, windows) !== undefined;
