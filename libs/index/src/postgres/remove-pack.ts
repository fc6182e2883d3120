import type { PoolClient } from 'pg';
import { findableSchema } from './findable-schema.js';

/** Forgets where a removed pack lay. */
export async function applyRemoved(
  client: PoolClient,
  version: number,
  pack: string,
): Promise<void> {
  await client.query(`delete from ${findableSchema(version)}.packs where pack = $1`, [pack]);
}

/** Whether a segment of version `version` still names the pack. */
export async function isPackInUse(
  client: PoolClient,
  version: number,
  pack: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from ${findableSchema(version)}.segments where packs @> array[$1] limit 1`,
    [pack],
  );
  return rowCount !== 0;
}

/** What kind of pack it is, undefined when it is not listed. */
export async function packKind(
  client: PoolClient,
  version: number,
  pack: string,
): Promise<'landing' | 'extract' | 'settled' | undefined> {
  const { rows } = await client.query(
    `select kind from ${findableSchema(version)}.packs where pack = $1 limit 1`,
    [pack],
  );
  return rows[0]?.kind;
}
