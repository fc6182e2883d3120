import type { OrderedProcedure } from '#archive/order-events';
import type { OrderedExam } from '#exams/match-words';
import type { Terms } from '#exams/terms';
import type { KnownOfOrder, PendingPorts } from '#index/known-orders';
import type { Caller } from '../caller/caller.js';
import type { Duplicate } from '../duplicates/duplicate.js';
import { type DuplicatePorts, findDuplicates } from '../duplicates/find-duplicates.js';
import { orderOf } from '../duplicates/order-of.js';
import { ordersWaiting } from './orders-waiting.js';

/** What judging an order needs. `termsOf`: the terms, with the catalogue of a hospital. */
export type JudgePorts = Omit<DuplicatePorts, 'ordersWaiting'> &
  PendingPorts &
  Readonly<{ termsOf: (hospital: string) => Promise<Terms> }>;

/** An exam that is to be done. `known`: the order, where its hospital has told of one; `on`: YYYY-MM-DD. */
export type ExamToJudge = Readonly<{
  person: string;
  procedure: OrderedProcedure;
  on: string;
  known: KnownOfOrder | undefined;
}>;

/** What it would repeat, what matters most first. */
export type Judged = Readonly<{
  known: KnownOfOrder | undefined;
  ordered: OrderedExam;
  terms: Terms;
  duplicates: readonly Duplicate[];
}>;

/** Grades what the caller may know of against an exam that is to be done, which isn't its own duplicate. */
export async function judgeOrder(
  ports: JudgePorts,
  caller: Caller,
  { person, procedure, on, known }: ExamToJudge,
): Promise<Judged> {
  const terms = await ports.termsOf(caller.hospital);
  const order = orderOf({ procedure, on, isSerial: false }, terms);
  const found = await findDuplicates(
    { ...ports, ordersWaiting: waitingBeside(ports, known) },
    caller,
    { person, order },
  );
  return { known, ordered: order, terms, duplicates: found };
}

/* An exam in words may be what an order of the own hospital is about: only what waits elsewhere repeats it. */
function waitingBeside(
  ports: JudgePorts,
  known: KnownOfOrder | undefined,
): NonNullable<DuplicatePorts['ordersWaiting']> {
  const waiting = ordersWaiting(ports, known?.order);
  if (known !== undefined) return waiting;
  return async (caller, asked) =>
    (await waiting(caller, asked)).filter(({ hospital }) => hospital !== caller.hospital);
}
