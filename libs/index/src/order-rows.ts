import type { ArchiveEvent } from '#archive/catalogue';
import type { CardAnswered, CardShown, OrderReceived } from '#archive/order-events';

/** A row by its columns. */
export type OrderRow = Readonly<Record<string, unknown>>;

/** What facts make of the tables of migration 0023. `answers`: columns of cards that are there, if none of them is younger. */
export type OrderChanges = Readonly<{
  orders: readonly OrderRow[];
  cards: readonly OrderRow[];
  answers: readonly OrderRow[];
}>;

/** What facts, in their order, make of the rows; nothing where the key is destroyed, and of facts of others. */
export function orderChanges(events: readonly ArchiveEvent[]): OrderChanges {
  const orders = new Map<string, OrderRow>();
  const cards = new Map<string, OrderRow>();
  const answers = new Map<string, OrderRow>();
  for (const event of events) {
    if (event.type === 'OrderReceived' && event.personal !== undefined)
      orders.set(event.data.order, orderRow(event.data, event.personal));
    if (event.type === 'CardShown' && event.personal !== undefined)
      cards.set(event.data.card, cardRow(event.data, event.personal));
    if (event.type === 'CardAnswered' && event.personal !== undefined)
      keepYoungest(answers, answerRow(event.data, event.personal));
  }
  return {
    orders: [...orders.values()],
    cards: [...cards.values()],
    answers: [...answers.values()],
  };
}

const orderRow = (
  { order: id, hospital, patient, claim, state }: OrderReceived['data'],
  personal: NonNullable<OrderReceived['personal']>,
): OrderRow => ({
  ...{ id, hospital, patient, claim, state },
  confidentiality: personal.confidentiality,
  number: personal.number,
  accession: personal.accession,
  procedure: personal.procedure,
  urgent: personal.isUrgent,
  ordered_at: personal.orderedAt,
  scheduled_at: personal.scheduledAt,
});

const cardRow = (
  { card: id, order: order_id, ...told }: CardShown['data'],
  {
    at: shown_at,
    group: exam_group,
    regions,
    microsieverts,
    bytes,
  }: NonNullable<CardShown['personal']>,
): OrderRow => ({
  ...{ id, order_id, hospital: told.hospital, patient: told.patient, service: told.service },
  ...{ prior: told.prior, pending: told.pending, grade: told.grade, indicator: told.indicator },
  ...{ windows: told.windows, exam_group, regions, suggestions: told.suggestions, shown_at },
  ...{ microsieverts, bytes, outcome: null, reason: '', answered_at: null },
});

const answerRow = (
  { card: id, outcome, reason }: CardAnswered['data'],
  { at: answered_at }: NonNullable<CardAnswered['personal']>,
) => ({ id, outcome, reason, answered_at });

/* Feedback comes in any order: the last by its own time counts, of two of one time the one that was told last. */
function keepYoungest(answers: Map<string, OrderRow>, row: ReturnType<typeof answerRow>): void {
  const kept = answers.get(row.id);
  if (kept === undefined || String(kept['answered_at']) <= row.answered_at)
    answers.set(row.id, row);
}
