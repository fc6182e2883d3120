/** The tables of migration 0023, and how they are written. */
export type OrderTable = 'orders' | 'duplicate_cards';

export const ORDER_COLUMNS: Readonly<Record<OrderTable, readonly string[]>> = {
  orders: [
    ...['id', 'hospital', 'patient', 'claim', 'state', 'confidentiality', 'number', 'accession'],
    ...['procedure', 'urgent', 'ordered_at', 'scheduled_at'],
  ],
  duplicate_cards: [
    ...['id', 'hospital', 'patient', 'order_id', 'service', 'prior', 'pending', 'grade'],
    ...['indicator', 'windows', 'exam_group', 'regions', 'suggestions', 'shown_at'],
    ...['microsieverts', 'bytes', 'outcome', 'reason', 'answered_at'],
  ],
};
