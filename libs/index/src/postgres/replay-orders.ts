import { patientKey } from '#archive/care-events';
import { ORDER_COLUMNS, type OrderTable } from './order-tables.js';
import type { TableProjection } from './replay-table.js';
import { buildOrders } from './write-orders.js';

const projection = (
  table: OrderTable,
  { types, times }: Pick<TableProjection, 'types' | 'times'>,
): TableProjection => ({
  table,
  key: 'id',
  columns: ORDER_COLUMNS[table],
  times,
  types,
  sealedBy: (row) => `'${patientKey('')}' || ${row}.patient`,
  replay: (client, facts) => buildOrders(client, table, facts),
});

/** What is waited for, and what cards were made of. */
export const orderTables: Readonly<Record<OrderTable, TableProjection>> = {
  orders: projection('orders', {
    types: ['OrderReceived'],
    times: ['ordered_at', 'scheduled_at'],
  }),
  duplicate_cards: projection('duplicate_cards', {
    types: ['CardShown', 'CardAnswered'],
    times: ['shown_at', 'answered_at'],
  }),
};
