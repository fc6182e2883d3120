import type { PoolClient } from 'pg';
import { comparedTables, groupsAfter, type Versions } from './compared-tables.js';
import {
  type DifferingGroups,
  differingGroups,
  dropDiffering,
  type FoundGroup,
} from './differing-groups.js';
import { findableSchema } from './findable-schema.js';
import type { Group, TouchedGroups } from './touched-groups.js';

/** Studies, or packs, that one statement compares. */
const GROUPS_MAX = 256;

export type CompareOptions = Versions & Readonly<{ groupsMax?: number | undefined }>;

/** Two versions compared group by group. The last comparison of a group counts, so one that is touched afterwards has to be compared again. */
export type Comparison = Readonly<{
  /** Compares all that either version has, in the order of the groups; `told` hears of studies. */
  all: (told: ToldCompared) => Promise<void>;
  /** Compares what was touched since. */
  touched: () => Promise<void>;
  /** Differing rows per table: one that only one version has counts once, one that both have with other content twice. */
  differing: DifferingGroups['totals'];
  /** Rows looked at so far, of both versions together. */
  rows: () => number;
  /** Ends it on a connection that goes on. */
  drop: () => Promise<void>;
}>;

/** Hears how many studies have been compared, of how many; waited for. */
export type ToldCompared = (studies: number, of: number) => void | Promise<void>;

/** Begins with nothing compared. Each statement is short and has a snapshot of its own, so it holds up nobody. */
export async function compareFindable(
  client: PoolClient,
  { groupsMax = GROUPS_MAX, ...versions }: CompareOptions,
  changed: TouchedGroups,
): Promise<Comparison> {
  const differing = await differingGroups(client);
  const tables = await comparedTables(client, versions);
  let rows = 0;
  const compare = async (group: Group, ids: readonly string[]): Promise<void> => {
    for (const { table, sql } of tables.filter((one) => one.group === group)) {
      const found = (await client.query<FoundGroup>(sql, [ids])).rows;
      rows += found.reduce((sum, one) => sum + one.rows, 0);
      await differing.keep(table, ids, found);
    }
  };
  const compareAll = async (group: Group, told: (groups: number) => unknown) => {
    const next = (after?: string) =>
      groupsAfter(client, versions, { group, after, limit: groupsMax });
    let groups = 0;
    for (let ids = await next(); ids.length > 0; ids = await next(ids.at(-1))) {
      await compare(group, ids);
      groups += ids.length;
      await told(groups);
    }
  };
  const compareTouched = async (group: Group) => {
    const next = () => changed.take(group, groupsMax);
    for (let ids = await next(); ids.length > 0; ids = await next()) await compare(group, ids);
  };
  return {
    all: async (told) => {
      const of = await countStudies(client, versions.to);
      await compareAll('claim', (studies) => told(studies, of));
      await compareAll('pack', () => undefined);
    },
    touched: async () => {
      await compareTouched('claim');
      await compareTouched('pack');
    },
    differing: differing.totals,
    rows: () => rows,
    drop: () => dropDiffering(client),
  };
}

const countStudies = async (client: PoolClient, version: number): Promise<number> => {
  const { rows } = await client.query(`select count(*) from ${findableSchema(version)}.studies`);
  return Number(rows[0]?.count);
};
