import type { PoolClient } from 'pg';
import type { FindableChange, LandedPack, StoredFacts } from '../findable-change.js';
import type { Rows } from '../findable-rows.js';
import { ProjectionDropped } from '../projection-dropped.js';
import { hiddenIn, toRejectedRow } from '../rejected-row.js';
import { evolveSeriesRow } from '../series-row.js';
import { evolveStudyRow } from '../study-row.js';
import { applyVisibility } from './apply-visibility.js';
import { findableSchema, isUndefinedTable } from './findable-schema.js';
import { putRows, seriesBefore, studiesBefore, toSeriesRow, toStudyRow } from './seen-rows.js';

/** Applies `change` to version `version` inside the caller's transaction, which holds the locks of its studies. */
export async function applyFindable(
  client: PoolClient,
  version: number,
  change: FindableChange,
): Promise<void> {
  await writeFindable(client, version, change, await readFindable(client, version, change.stored));
  await applyVisibility(client, version, change.visibility ?? []);
}

/**
 * First half of `applyFindable`: the rows as they are before. Statements of either half need no answer of each other: a pipelining client
 * sends them at once. Throws ProjectionDropped, and the transaction has failed, when there is no such version.
 */
export async function readFindable(
  client: PoolClient,
  version: number,
  touched: readonly Pick<StoredFacts, 'claim' | 'series'>[],
): Promise<Rows> {
  try {
    return await readRows(client, findableSchema(version), touched);
  } catch (error) {
    throw isUndefinedTable(error) ? new ProjectionDropped('dropped', { cause: error }) : error;
  }
}

/** Second half: lists the packs and writes the rows that the stored facts make of those `before`. What they say of what may be seen is `applyVisibility`'s. */
export async function writeFindable(
  client: PoolClient,
  version: number,
  { packs, stored }: FindableChange,
  before: Rows,
): Promise<void> {
  const schema = findableSchema(version);
  await Promise.all([
    insertPacks(client, schema, packs),
    ...putRows(client, schema, before, evolve(before, stored)),
    insertSegments(client, schema, stored),
  ]);
}

/** Lists where packs lie; a pack that is listed already stays as it is. */
export const insertPacks = async (
  client: PoolClient,
  schema: string,
  packs: readonly LandedPack[],
): Promise<void> => {
  if (packs.length === 0) return;
  const rows = packs.map(({ pack, kind, key, chunk, claim, entries }) => ({
    pack,
    chunk,
    key,
    kind,
    claim: claim ?? '',
    entries: JSON.stringify(entries.map((entry) => [entry.sha256, entry.offset, entry.bytes])),
  }));
  await client.query({
    name: `${schema}-packs`,
    text: `insert into ${schema}.packs select * from json_populate_recordset(null::${schema}.packs, $1) on conflict (pack, chunk) do nothing`,
    values: [JSON.stringify(rows)],
  });
};

const readRows = async (
  client: PoolClient,
  schema: string,
  touched: readonly Pick<StoredFacts, 'claim' | 'series'>[],
): Promise<Rows> => {
  if (touched.length === 0) return { studies: [], series: [], rejected: [] };
  const claims = [...new Set(touched.map(({ claim }) => claim))];
  const studies = client.query({
    name: `${schema}-studies-before`,
    text: studiesBefore(schema, 'claim = any($1)'),
    values: [claims],
  });
  const series = client.query({
    name: `${schema}-series-before`,
    text: seriesBefore(schema, 'series = any($1)'),
    values: [[...new Set(touched.map(({ series }) => series))]],
  });
  const rejected = client.query({
    name: `${schema}-rejected-before`,
    text: `select series, claim, hospital, rejections from ${schema}.rejected where claim = any($1)`,
    values: [claims],
  });
  const [studyRows, seriesRows, rejectedRows] = await Promise.all([studies, series, rejected]);
  return {
    studies: studyRows.rows.map(toStudyRow),
    series: seriesRows.rows.map(toSeriesRow),
    rejected: rejectedRows.rows.map(toRejectedRow),
  };
};

const evolve = (before: Rows, stored: readonly StoredFacts[]): Rows => {
  const studies = new Map(before.studies.map((row) => [row.claim, row]));
  const series = new Map(before.series.map((row) => [row.series, row]));
  const rejected = new Map(before.rejected?.map((row) => [row.series, hiddenIn(row)]));
  for (const facts of stored) {
    const seen = seenOf(facts, rejected.get(facts.series));
    const isFirst = (series.get(facts.series)?.instanceCount ?? 0) === 0;
    const batch = { ...facts, ...seen, newSeries: isFirst && seen.seen.length > 0 };
    studies.set(facts.claim, evolveStudyRow(studies.get(facts.claim), batch));
    series.set(facts.series, evolveSeriesRow(series.get(facts.series), batch));
  }
  const after = { studies: [...studies.values()], series: [...series.values()] };
  return before.rejected === undefined ? after : { ...after, rejected: before.rejected };
};

/** What of a batch may be seen: a note may have come before what it rejects. */
const seenOf = ({ facts, headers, bytes }: StoredFacts, hidden?: ReadonlySet<string>) => {
  if (hidden === undefined) return { seen: headers, bytes };
  const isSeen = (index: number) => !hidden.has(facts[index]?.instance ?? '');
  const unseen = facts.filter((_, index) => !isSeen(index));
  return {
    seen: headers.filter((_, index) => isSeen(index)),
    bytes: bytes - unseen.reduce((sum, fact) => sum + fact.bytes, 0),
  };
};

const insertSegments = async (
  client: PoolClient,
  schema: string,
  stored: readonly StoredFacts[],
) => {
  if (stored.length === 0) return;
  const rows = stored.map((facts) => ({
    series: facts.series,
    sequence: facts.version,
    claim: facts.claim,
    instance_count: facts.facts.length,
    packs: facts.packs,
    extract: JSON.stringify(facts.extract),
    facts: JSON.stringify(facts.facts),
  }));
  await client.query({
    name: `${schema}-segments`,
    text: `insert into ${schema}.segments select * from json_populate_recordset(null::${schema}.segments, $1)`,
    values: [JSON.stringify(rows)],
  });
};
