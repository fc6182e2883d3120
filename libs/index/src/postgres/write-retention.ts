import type { PoolClient } from 'pg';
import type { CareRow } from '../care-rows.js';
import { netChanges } from '../net-changes.js';
import { RETENTION_TABLES, type RetentionTableName, retentionChanges } from '../retention-rows.js';
import { BUILT, type OpenedFact } from './replay-table.js';

/** Makes the rows what the facts say, in the client's transaction; the same facts again change nothing. */
export async function writeRetention(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const table of Object.keys(RETENTION_TABLES) as RetentionTableName[])
    await applyTo(client, { table, target: table }, facts);
}

/** Adds changes to what is built of one of the tables. */
export const buildRetention = (
  client: PoolClient,
  table: RetentionTableName,
  facts: readonly OpenedFact[],
): Promise<void> => applyTo(client, { table, target: BUILT }, facts);

type Target = Readonly<{ table: RetentionTableName; target: string }>;

async function applyTo(
  client: PoolClient,
  { table, target }: Target,
  facts: readonly OpenedFact[],
): Promise<void> {
  const changes = netChanges(facts.flatMap(({ event }) => retentionChanges(event))).get(table);
  if (changes === undefined) return;
  const { puts, sets, drops } = changes;
  if (puts.length > 0) await putRows(client, target, RETENTION_TABLES[table], puts);
  for (const { id, until_day } of sets)
    await client.query(
      `update ${target} set until_day = $2 where id = $1 and until_day is distinct from $2`,
      [id, until_day],
    );
  if (drops.length > 0) await client.query(`delete from ${target} where id = any ($1)`, [drops]);
}

async function putRows(
  client: PoolClient,
  target: string,
  columns: readonly string[],
  rows: readonly CareRow[],
): Promise<void> {
  const changing = columns.slice(1);
  await client.query(
    `insert into ${target} as kept (${columns}) select ${columns} from json_populate_recordset(null::${target}, $1)
     on conflict (id) do update set ${changing.map((column) => `${column} = excluded.${column}`)}
     where (${changing.map((column) => `kept.${column}`)}) is distinct from (${changing.map((column) => `excluded.${column}`)})`,
    [JSON.stringify(rows)],
  );
}
