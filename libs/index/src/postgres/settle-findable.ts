import type { PoolClient } from 'pg';
import type { SettledPack } from '../findable-change.js';
import { byInstanceNumber, type InstanceFact } from '../instance-fact.js';
import { findableSchema } from './findable-schema.js';
import { insertPacks } from './findable-writer.js';

/** A settled pack's row, and its segments: in the caller's transaction. Returns the packs that the series named before. */
export async function applySettled(
  client: PoolClient,
  version: number,
  settled: SettledPack,
): Promise<readonly string[]> {
  await insertPacks(client, findableSchema(version), [settledRow(settled)]);
  return mergeSegments(client, version, settled);
}

/** The settled pack as the place table lists it. */
export const settledRow = ({ pack, key, claim, entries }: SettledPack) =>
  ({ pack, key, claim, entries, kind: 'settled', chunk: 0 }) as const;

/**
 * Makes one segment of all up to `through`, per series.
 * Throws when the segments hold something that the pack doesn't, so that nothing is let go that wasn't copied.
 */
export async function mergeSegments(
  client: PoolClient,
  version: number,
  settled: SettledPack,
): Promise<readonly string[]> {
  const held = new Set(settled.entries.map(({ sha256 }) => sha256));
  const before = new Set<string>();
  for (const item of settled.series) {
    const replaced = await takeSegments(client, version, item);
    const facts = replaced.facts.sort(byInstanceNumber);
    if (!facts.every(({ sha256 }) => held.has(sha256)))
      throw new Error('a settled pack lacks an instance of the segments that it replaces');
    for (const pack of replaced.packs) before.add(pack);
    await putSegment(client, version, { settled, item, facts, sequence: replaced.sequence });
  }
  return [...before];
}

type Item = SettledPack['series'][number];

const takeSegments = async (client: PoolClient, version: number, { series, through }: Item) => {
  const { rows } = await client.query(
    `delete from ${findableSchema(version)}.segments where series = $1 and sequence <= $2
     returning sequence, packs, facts`,
    [series, through],
  );
  return {
    sequence: Math.max(...rows.map(({ sequence }) => Number(sequence))),
    packs: rows.flatMap(({ packs }) => packs as string[]),
    facts: rows.flatMap(({ facts }) => JSON.parse(facts) as InstanceFact[]),
  };
};

type NewSegment = Readonly<{
  settled: SettledPack;
  item: Item;
  facts: readonly InstanceFact[];
  sequence: number;
}>;

const putSegment = async (
  client: PoolClient,
  version: number,
  { settled, item, facts, sequence }: NewSegment,
) => {
  const schema = findableSchema(version);
  await client.query(
    `insert into ${schema}.segments (series, sequence, claim, instance_count, packs, extract, facts)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      item.series,
      sequence,
      settled.claim,
      facts.length,
      [settled.pack],
      JSON.stringify(item.extract),
      JSON.stringify(facts),
    ],
  );
  for (const table of ['series', 'unseen_series'])
    await client.query(`update ${schema}.${table} set version = version + 1 where series = $1`, [
      item.series,
    ]);
};
