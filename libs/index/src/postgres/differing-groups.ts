import type { PoolClient } from 'pg';
import type { TableName } from './compared-tables.js';

const DIFFERING = 'pg_temp.differing_groups';

/** What the comparison of one table found in one group: rows of both versions together, and those of them that differ. */
export type FoundGroup = Readonly<{ id: string; rows: number; differing: number }>;

/** What differs, as far as it has been compared: in a temporary table, since in a damaged version it may be everything. */
export type DifferingGroups = Readonly<{
  /** Puts what was found of these groups in the place of what was found before. */
  keep: (table: TableName, ids: readonly string[], found: readonly FoundGroup[]) => Promise<void>;
  /** Differing rows per table. */
  totals: () => Readonly<Record<TableName, number>>;
}>;

/** Begins with none; the table ends with `dropDiffering` or with the connection. */
export async function differingGroups(client: PoolClient): Promise<DifferingGroups> {
  await client.query(
    'create temporary table differing_groups (name text, id text, rows int, primary key (name, id))',
  );
  const totals: Record<TableName, number> = {
    ...{ studies: 0, series: 0, segments: 0, packs: 0 },
    ...{ rejected: 0, unseen_studies: 0, unseen_series: 0 },
  };
  const forget = async (table: TableName, ids: readonly string[]) => {
    const { rows } = await client.query(
      `with gone as (delete from ${DIFFERING} where name = $1 and id = any($2) returning rows)
       select coalesce(sum(rows), 0)::int as rows from gone`,
      [table, ids],
    );
    totals[table] -= Number(rows[0]?.rows);
  };
  return {
    keep: async (table, ids, found) => {
      if (totals[table] > 0) await forget(table, ids);
      const differ = found.filter(({ differing }) => differing > 0);
      if (differ.length === 0) return;
      await client.query(
        `insert into ${DIFFERING} select $1, id, rows from unnest($2::text[], $3::int[]) as found (id, rows)`,
        [table, differ.map(({ id }) => id), differ.map(({ differing }) => differing)],
      );
      totals[table] += differ.reduce((sum, { differing }) => sum + differing, 0);
    },
    totals: () => ({ ...totals }),
  };
}

/** Ends `differingGroups` on a connection that goes on. */
export async function dropDiffering(client: PoolClient): Promise<void> {
  await client.query(`drop table ${DIFFERING}`);
}
