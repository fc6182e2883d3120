import type { PoolClient } from 'pg';
import type { FindableChange, LandedPack, StoredFacts } from '../findable-change.js';
import type { Rows } from '../findable-rows.js';
import type { HeaderJson } from '../header-json.js';
import { ProjectionDropped } from '../projection-dropped.js';
import { evolveSeriesRow, type SeriesRow, seriesColumns } from '../series-row.js';
import { evolveStudyRow, type StudyRow, studyColumns } from '../study-row.js';
import { findableSchema, isUndefinedTable } from './findable-schema.js';

/** Applies `change` to version `version` inside the caller's transaction, which holds the locks of its studies. */
export async function applyFindable(
  client: PoolClient,
  version: number,
  change: FindableChange,
): Promise<void> {
  await writeFindable(client, version, change, await readFindable(client, version, change.stored));
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

/** Second half: lists the packs and writes the rows that the stored facts make of those `before`. */
export async function writeFindable(
  client: PoolClient,
  version: number,
  { packs, stored }: FindableChange,
  before: Rows,
): Promise<void> {
  const schema = findableSchema(version);
  const after = evolve(before, stored);
  await Promise.all([
    insertPacks(client, schema, packs),
    upsert(client, `${schema}.studies`, 'claim', after.studies.map(studyColumns)),
    upsert(client, `${schema}.series`, 'series', after.series.map(seriesColumns)),
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
  if (touched.length === 0) return { studies: [], series: [] };
  const studies = client.query({
    name: `${schema}-studies-before`,
    text: `select claim, hospital, attributes, modalities, series_count, instance_count, bytes, version from ${schema}.studies where claim = any($1)`,
    values: [[...new Set(touched.map(({ claim }) => claim))]],
  });
  const series = client.query({
    name: `${schema}-series-before`,
    text: `select series, claim, hospital, attributes, instance_count, version from ${schema}.series where series = any($1)`,
    values: [[...new Set(touched.map(({ series }) => series))]],
  });
  const [studyRows, seriesRows] = await Promise.all([studies, series]);
  return { studies: studyRows.rows.map(toStudyRow), series: seriesRows.rows.map(toSeriesRow) };
};

const toStudyRow = (row: Record<string, unknown>): StudyRow => {
  const { attributes, sopClasses } = JSON.parse(String(row['attributes'])) as Pick<
    StudyRow,
    'attributes' | 'sopClasses'
  >;
  return {
    claim: String(row['claim']),
    hospital: String(row['hospital']),
    attributes,
    sopClasses,
    modalities: row['modalities'] as string[],
    seriesCount: Number(row['series_count']),
    instanceCount: Number(row['instance_count']),
    bytes: Number(row['bytes']),
    version: Number(row['version']),
  };
};

const toSeriesRow = (row: Record<string, unknown>): SeriesRow => ({
  series: String(row['series']),
  claim: String(row['claim']),
  hospital: String(row['hospital']),
  attributes: JSON.parse(String(row['attributes'])) as HeaderJson,
  instanceCount: Number(row['instance_count']),
  version: Number(row['version']),
});

const evolve = (before: Rows, stored: readonly StoredFacts[]): Rows => {
  const studies = new Map(before.studies.map((row) => [row.claim, row]));
  const series = new Map(before.series.map((row) => [row.series, row]));
  for (const facts of stored) {
    const batch = { ...facts, newSeries: !series.has(facts.series) };
    studies.set(facts.claim, evolveStudyRow(studies.get(facts.claim), batch));
    series.set(facts.series, evolveSeriesRow(series.get(facts.series), batch));
  }
  return { studies: [...studies.values()], series: [...series.values()] };
};

const upsert = async (
  client: PoolClient,
  table: string,
  key: string,
  rows: readonly Record<string, unknown>[],
) => {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const updates = columns.filter((column) => column !== key).map((c) => `${c} = excluded.${c}`);
  await client.query({
    name: `${table}-upsert`,
    text: `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)
      on conflict (${key}) do update set ${updates.join(', ')}`,
    values: [JSON.stringify(rows)],
  });
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
