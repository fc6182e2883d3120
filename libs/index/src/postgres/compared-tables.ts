import type { PoolClient } from 'pg';
import { findableSchema } from './findable-schema.js';
import type { Group } from './touched-groups.js';

/** The two versions that a rebuild compares: the one in use and the one that was built. */
export type Versions = Readonly<{ from: number; to: number }>;

/** A table of the findable projection, and the statement that compares rows of the groups `$1` in both versions: per group its rows, and those of them that differ. */
export type ComparedTable = Readonly<{ table: TableName; group: Group; sql: string }>;

export type TableName =
  | 'studies'
  | 'series'
  | 'segments'
  | 'packs'
  | 'rejected'
  | 'unseen_studies'
  | 'unseen_series';

/** Rows of a group change together; two rows are the same by the key. */
type Shape = Readonly<{ table: TableName; group: Group; key: readonly string[] }>;

export const COMPARED: readonly Shape[] = [
  { table: 'studies', group: 'claim', key: ['claim'] },
  { table: 'series', group: 'claim', key: ['claim', 'series'] },
  { table: 'segments', group: 'claim', key: ['claim', 'series', 'sequence'] },
  { table: 'packs', group: 'pack', key: ['pack', 'chunk'] },
  { table: 'rejected', group: 'claim', key: ['claim', 'series'] },
  { table: 'unseen_studies', group: 'claim', key: ['claim'] },
  { table: 'unseen_series', group: 'claim', key: ['claim', 'series'] },
];

/** Columns that a version from before them holds empty: a rebuild is what fills them, so they are no difference. */
const FILLED_BY_REBUILD = ['patient_name_keys', 'referring_keys'];

/** All tables, with the columns that the built version has. */
export async function comparedTables(
  client: PoolClient,
  versions: Versions,
): Promise<readonly ComparedTable[]> {
  const compared = [];
  for (const { table, group, key } of COMPARED) {
    const columns = await comparedColumns(client, findableSchema(versions.to), table);
    compared.push({ table, group, sql: compareSql({ table, group, key }, columns, versions) });
  }
  return compared;
}

const comparedColumns = async (
  client: PoolClient,
  schema: string,
  table: string,
): Promise<readonly string[]> => {
  const { rows } = await client.query(
    `select column_name from information_schema.columns
     where table_schema = $1 and table_name = $2 and column_name <> all($3) order by ordinal_position`,
    [schema, table, FILLED_BY_REBUILD],
  );
  return rows.map(({ column_name }) => String(column_name));
};

/** A row that only one version has counts once, one that both have with other content twice. */
const compareSql = (
  { table, group, key }: Shape,
  columns: readonly string[],
  { from, to }: Versions,
): string => {
  const rowsOf = (version: number) =>
    `(select ${columns} from ${findableSchema(version)}.${table} where ${group} = any($1))`;
  const valuesOf = (row: string) => columns.map((column) => `${row}.${column}`).join(', ');
  const isSame = key.map((column) => `o.${column} = n.${column}`).join(' and ');
  const isOther = `(${valuesOf('o')}) is distinct from (${valuesOf('n')})`;
  return `select coalesce(o.${group}, n.${group}) as id, (count(o.${group}) + count(n.${group}))::int as rows,
      (count(o.${group}) filter (where ${isOther}) + count(n.${group}) filter (where ${isOther}))::int as differing
    from ${rowsOf(from)} o full join ${rowsOf(to)} n on ${isSame} group by 1`;
};

/** The first `limit` groups behind `after` (the first of all, without one) in any table of either version, in order. */
export async function groupsAfter(
  client: PoolClient,
  { from, to }: Versions,
  { group, after, limit }: Readonly<{ group: Group; after: string | undefined; limit: number }>,
): Promise<readonly string[]> {
  const behind = after === undefined ? 'true' : `${group} > $2`;
  const tables = COMPARED.filter((table) => table.group === group).flatMap(({ table }) =>
    [from, to].map((version) => `${findableSchema(version)}.${table}`),
  );
  const firsts = tables.map(
    (table) => `(select distinct ${group} as id from ${table} where ${behind} order by 1 limit $1)`,
  );
  const { rows } = await client.query(
    `select distinct id from (${firsts.join(' union all ')}) ids order by id limit $1`,
    after === undefined ? [limit] : [limit, after],
  );
  return rows.map(({ id }) => String(id));
}
