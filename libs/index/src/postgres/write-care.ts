import type { PoolClient } from 'pg';
import { type CareRow, type CareTable, careChanges } from '../care-rows.js';
import { type NetChanges, netChanges } from '../net-changes.js';
import { sharedPatientLocks } from '../patient-locks.js';
import { type CareTableShape, shapeOf } from './care-tables.js';
import { writeNotices } from './notices.js';
import { peopleOf } from './patient-people.js';
import { BUILT, type OpenedFact } from './replay-table.js';

/** Makes the rows what the facts say, in the client's transaction; persons are who the patients are now. */
export async function writeCare(client: PoolClient, facts: readonly OpenedFact[]): Promise<void> {
  const tables = netChanges(facts.flatMap(({ event }) => careChanges(event)));
  const patients = [...tables].flatMap(([table, { puts }]) =>
    puts.flatMap((row) => Object.keys(shapeOf(table).people).map((column) => String(row[column]))),
  );
  const people = await peopleForRows(client, patients);
  for (const [table, changes] of tables) {
    const shape = shapeOf(table);
    const puts = changes.puts.map((row) => withPeople(row, shape, people));
    if (table === 'study_access') await setRows(client, table, settableOf(shape), puts);
    else await writeRows(client, table, { ...changes, puts });
  }
  await writeNotices(client, facts);
}

/** Adds changes to what is built of a table; its persons are told when it is compared. */
export async function buildCare(
  client: PoolClient,
  table: CareTable,
  facts: readonly OpenedFact[],
): Promise<void> {
  const changes = netChanges(facts.flatMap(({ event }) => careChanges(event))).get(table);
  if (changes) await writeRows(client, table, changes, BUILT);
}

async function peopleForRows(
  client: PoolClient,
  patients: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const sorted = [...new Set(patients)].sort();
  if (sorted.length > 0) await client.query(sharedPatientLocks('$1::text[]'), [sorted]);
  return peopleOf(client, sorted);
}

const withPeople = (
  row: CareRow,
  { people }: CareTableShape,
  persons: ReadonlyMap<string, string>,
): CareRow => ({
  ...row,
  ...Object.fromEntries(
    Object.entries(people).map(([patient, person]) => {
      const identifier = String(row[patient]);
      return [person, persons.get(identifier) ?? identifier];
    }),
  ),
});

async function writeRows(
  client: PoolClient,
  table: CareTable,
  { puts, sets, drops }: NetChanges,
  target: string = table,
): Promise<void> {
  const shape = shapeOf(table);
  if (puts.length > 0) await putRows(client, target, shape, puts);
  if (sets.length > 0) await setRows(client, target, settableOf(shape), sets);
  if (drops.length > 0)
    await client.query(`delete from ${target} where ${shape.key} = any ($1)`, [drops]);
}

/** The shape of what a later fact may change alone. */
const settableOf = (shape: CareTableShape): CareTableShape => ({
  ...shape,
  columns: [shape.key, ...shape.settable],
});

async function putRows(
  client: PoolClient,
  target: string,
  { key, columns }: CareTableShape,
  rows: readonly CareRow[],
): Promise<void> {
  const changing = columns.slice(1);
  await client.query(
    `insert into ${target} as kept (${columns}) select ${columns} from json_populate_recordset(null::${target}, $1)
     on conflict (${key}) do update set ${changing.map((column) => `${column} = excluded.${column}`)}
     where (${changing.map((column) => `kept.${column}`)}) is distinct from (${changing.map((column) => `excluded.${column}`)})`,
    [JSON.stringify(rows)],
  );
}

/* Each row says the columns that are there in all of them. */
async function setRows(
  client: PoolClient,
  target: string,
  { key, columns }: CareTableShape,
  rows: readonly CareRow[],
): Promise<void> {
  const changing = columns.slice(1).filter((column) => rows[0] && column in rows[0]);
  await client.query(
    `update ${target} kept set ${changing.map((column) => `${column} = said.${column}`)}
     from json_populate_recordset(null::${target}, $1) said where kept.${key} = said.${key}
       and (${changing.map((column) => `kept.${column}`)}) is distinct from (${changing.map((column) => `said.${column}`)})`,
    [JSON.stringify(rows)],
  );
}
