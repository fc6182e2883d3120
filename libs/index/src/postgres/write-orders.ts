import type { PoolClient } from 'pg';
import { type OrderChanges, type OrderRow, orderChanges } from '../order-rows.js';
import { ORDER_COLUMNS, type OrderTable } from './order-tables.js';
import { BUILT, type OpenedFact } from './replay-table.js';

/** Makes the rows what the facts of orders say, in the client's transaction. */
export async function writeOrders(client: PoolClient, facts: readonly OpenedFact[]): Promise<void> {
  const changes = orderChanges(facts.map(({ event }) => event));
  await putOrders(client, 'orders', changes.orders);
  await putCards(client, 'duplicate_cards', changes);
}

/** Adds facts to what is built of a table. */
export async function buildOrders(
  client: PoolClient,
  table: OrderTable,
  facts: readonly OpenedFact[],
): Promise<void> {
  const changes = orderChanges(facts.map(({ event }) => event));
  if (table === 'orders') await putOrders(client, BUILT, changes.orders);
  else await putCards(client, BUILT, changes);
}

const rowsOf = (target: string, columns: readonly string[]) =>
  `select ${columns} from json_populate_recordset(null::${target}, $1)`;

async function putOrders(
  client: PoolClient,
  target: string,
  rows: readonly OrderRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = ORDER_COLUMNS.orders;
  const changing = columns.slice(1);
  await client.query(
    `insert into ${target} (${columns}) ${rowsOf(target, columns)}
     on conflict (id) do update set ${changing.map((column) => `${column} = excluded.${column}`)}`,
    [JSON.stringify(rows)],
  );
}

async function putCards(
  client: PoolClient,
  target: string,
  { cards, answers }: OrderChanges,
): Promise<void> {
  const columns = ORDER_COLUMNS.duplicate_cards;
  if (cards.length > 0)
    await client.query(
      `insert into ${target} (${columns}) ${rowsOf(target, columns)} on conflict (id) do nothing`,
      [JSON.stringify(cards)],
    );
  if (answers.length > 0)
    await client.query(
      `update ${target} kept set outcome = said.outcome, reason = said.reason, answered_at = said.answered_at
       from json_populate_recordset(null::${target}, $1) said
       where kept.id = said.id and (kept.answered_at is null or kept.answered_at <= said.answered_at)`,
      [JSON.stringify(answers)],
    );
}
