import type { PoolClient } from 'pg';
import { BUILT, type TableProjection } from './replay-table.js';

/** Keys whose studies are closed for good: rows that hang on them are neither compared nor changed. */
const DESTROYED = 'pg_temp.destroyed_keys';
const SHOWN_MAX = 20;

/** missing: a fact says it, the table doesn't. extra: no fact says it. changed: both have it, with other content. */
export type Difference = 'missing' | 'extra' | 'changed';

/** How the table in use and what the log says differ. `rows`: what the log says; `setAside`: rows in use whose key is destroyed; `shown`: the first that differ. */
export type Differences = Readonly<
  Record<Difference | 'rows' | 'setAside', number> & {
    shown: readonly Readonly<{ key: string; difference: Difference }>[];
  }
>;

/** Makes the empty temporary tables of a rebuild; they end with the connection. */
export async function createBuilt(
  client: PoolClient,
  { table, key }: TableProjection,
): Promise<void> {
  await client.query(
    `create temporary table built (like ${table} including defaults, primary key (${key}))`,
  );
  await client.query('create temporary table destroyed_keys (id text primary key)');
}

/** Ends `createBuilt` on a connection that goes on. */
export async function dropBuilt(client: PoolClient): Promise<void> {
  await client.query(`drop table ${BUILT}, ${DESTROYED}`);
}

/** Sets the rows aside that hang on these keys. */
export async function insertDestroyed(
  client: PoolClient,
  keyIds: readonly string[],
): Promise<void> {
  await client.query(`insert into ${DESTROYED} select unnest($1::text[]) on conflict do nothing`, [
    keyIds,
  ]);
}

/** Compares row by row what the client's transaction sees. */
export async function findDifferences(
  client: PoolClient,
  projection: TableProjection,
): Promise<Differences> {
  const { table, key } = projection;
  const { rows } = await client.query(
    `select count(*) filter (where u.${key} is null) as missing,
       count(*) filter (where b.${key} is null) as extra,
       count(*) filter (where u.${key} = b.${key}) as changed,
       (select count(*) from ${BUILT} b where ${holds(projection, 'b')}) as rows,
       (select count(*) from ${table} u where not ${isOpenable(projection, 'u')}) as "setAside"
     from ${differing(projection)}`,
  );
  const { missing, extra, changed, rows: built, setAside } = rows[0];
  const differ = Number(missing) + Number(extra) + Number(changed) > 0;
  return {
    missing: Number(missing),
    extra: Number(extra),
    changed: Number(changed),
    rows: Number(built),
    setAside: Number(setAside),
    shown: differ ? await showDifferences(client, projection) : [],
  };
}

const showDifferences = async (
  client: PoolClient,
  projection: TableProjection,
): Promise<Differences['shown']> => {
  const { key } = projection;
  const { rows } = await client.query(
    `select coalesce(u.${key}, b.${key})::text as key, case when u.${key} is null then 'missing'
       when b.${key} is null then 'extra' else 'changed' end as difference
     from ${differing(projection)} order by 1 limit ${SHOWN_MAX}`,
  );
  return rows;
};

/** Makes the table hold what the log says, row by row: what is equal isn't touched, nor columns that are not of this projection. */
export async function putRight(client: PoolClient, projection: TableProjection): Promise<void> {
  const { table, key, columns, part } = projection;
  const unsaid = `${isComparable(projection, 'u')} and not exists
    (select from ${BUILT} b where b.${key} = u.${key} and ${isComparable(projection, 'b')})`;
  await client.query(
    part === undefined
      ? `delete from ${table} u where ${unsaid}`
      : `update ${table} u set ${part.undo} where ${unsaid}`,
  );
  await putChangedRight(client, projection);
  if (part === undefined || part.adds)
    await client.query(
      `insert into ${table} (${columns}) select ${saidColumns(projection)} from ${BUILT} b
       where ${isComparable(projection, 'b')} and not exists (select from ${table} u where u.${key} = b.${key})
       on conflict do nothing`,
    );
}

const putChangedRight = async (client: PoolClient, projection: TableProjection): Promise<void> => {
  const { table, key, columns } = projection;
  await client.query(
    `update ${table} u set (${columns}) = row(${saidColumns(projection)}) from ${BUILT} b
     where u.${key} = b.${key} and ${isComparable(projection, 'b')} and ${isOther(projection)}`,
  );
};

/** The columns of row `b` of what is built. */
const saidColumns = ({ columns, computed = {} }: TableProjection): readonly string[] =>
  columns.map((column) => computed[column]?.('b') ?? `b.${column}`);

const differing = (projection: TableProjection): string => {
  const rowsOf = (table: string) =>
    `(select * from ${table} r where ${isComparable(projection, 'r')})`;
  return `${rowsOf(projection.table)} u full join ${rowsOf(BUILT)} b using (${projection.key})
    where ${isOther(projection)}`;
};

const isComparable = (projection: TableProjection, row: string): string =>
  `${isOpenable(projection, row)} and ${holds(projection, row)}`;

const holds = ({ part }: TableProjection, row: string): string => part?.holds(row) ?? 'true';

const isOpenable = ({ sealedBy }: TableProjection, row: string): string => {
  if (sealedBy === undefined) return 'true';
  const key = typeof sealedBy === 'string' ? `${row}.${sealedBy}` : sealedBy(row);
  return `not exists (select from ${DESTROYED} d where d.id = ${key})`;
};

const isOther = (projection: TableProjection): string => {
  const { columns, times } = projection;
  const compared = (values: readonly string[]) =>
    values.map((value, at) =>
      times.includes(columns[at] ?? '') ? `date_trunc('milliseconds', ${value})` : value,
    );
  const used = columns.map((column) => `u.${column}`);
  return `(${compared(used)}) is distinct from (${compared(saidColumns(projection))})`;
};
