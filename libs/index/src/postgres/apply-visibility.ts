import type { PoolClient } from 'pg';
import type { Visibility } from '../findable-change.js';
import { textOf } from '../header-json.js';
import type { InstanceFact } from '../instance-fact.js';
import {
  evolveRejected,
  hiddenIn,
  type RejectedRow,
  rejectedColumns,
  toRejectedRow,
} from '../rejected-row.js';
import type { SeriesRow } from '../series-row.js';
import { listed, type StudyRow } from '../study-row.js';
import { findableSchema } from './findable-schema.js';
import { putRows, seriesBefore, studiesBefore, toSeriesRow, toStudyRow } from './seen-rows.js';

/**
 * Applies facts about what may be seen to version `version`, one after the other, behind what their studies have stored, in the caller's transaction.
 * Segments and places stay as they are: what is rejected is passed over when a series is read, and counted out of its rows here. A study without rows
 * (its key is destroyed) stays without.
 */
export async function applyVisibility(
  client: PoolClient,
  version: number,
  facts: readonly Visibility[],
): Promise<void> {
  const schema = findableSchema(version);
  for (const fact of facts) {
    const study = await readStudy(client, schema, fact.claim);
    if (study !== undefined) await applyOne(client, schema, study, fact);
  }
}

type StudyNow = Readonly<{
  study: StudyRow;
  series: readonly SeriesRow[];
  rejected: readonly RejectedRow[];
}>;

async function readStudy(
  client: PoolClient,
  schema: string,
  claim: string,
): Promise<StudyNow | undefined> {
  const [study] = (await client.query(studiesBefore(schema, 'claim = $1'), [claim])).rows;
  if (study === undefined) return undefined;
  const series = (await client.query(seriesBefore(schema, 'claim = $1'), [claim])).rows;
  return {
    study: toStudyRow(study),
    series: series.map(toSeriesRow),
    rejected: await readRejected(client, schema, claim),
  };
}

async function readRejected(client: PoolClient, schema: string, claim: string) {
  const { rows } = await client.query(
    `select series, claim, hospital, rejections from ${schema}.rejected where claim = $1 order by series`,
    [claim],
  );
  return rows.map(toRejectedRow);
}

async function applyOne(
  client: PoolClient,
  schema: string,
  before: StudyNow,
  fact: Visibility,
): Promise<void> {
  const rejected = evolveRejected(before.rejected, fact);
  const changed = changedSeries(before.rejected, rejected);
  await writeRejected(client, schema, fact.claim, rejected);
  const facts = await factsOf(client, schema, fact.claim);
  const seen = seenFacts(facts, rejected);
  const series = before.series.map((row) => ({
    ...row,
    instanceCount: seen.get(row.series)?.length ?? 0,
    version: row.version + (changed.has(row.series) ? 1 : 0),
  }));
  const study = { ...counted(before.study, series, seen), version: fact.version };
  const rowsBefore = { studies: [before.study], series: before.series };
  await Promise.all(putRows(client, schema, rowsBefore, { studies: [study], series, rejected }));
}

/** Series of which other instances may be seen than before, whether any of them is there or not. */
function changedSeries(
  before: readonly RejectedRow[],
  after: readonly RejectedRow[],
): ReadonlySet<string> {
  const hidden = (rows: readonly RejectedRow[]) =>
    new Map(rows.map((row) => [row.series, [...hiddenIn(row)].sort().join(' ')]));
  const [was, is] = [hidden(before), hidden(after)];
  const all = [...new Set([...was.keys(), ...is.keys()])];
  return new Set(all.filter((series) => (was.get(series) ?? '') !== (is.get(series) ?? '')));
}

/** All of the study's: two rejections of the same instances hide no more than one, and both are kept. */
async function writeRejected(
  client: PoolClient,
  schema: string,
  claim: string,
  rejected: readonly RejectedRow[],
): Promise<void> {
  await client.query(`delete from ${schema}.rejected where claim = $1`, [claim]);
  await client.query(
    `insert into ${schema}.rejected select * from json_populate_recordset(null::${schema}.rejected, $1)`,
    [JSON.stringify(rejected.map(rejectedColumns))],
  );
}

type FactsBySeries = ReadonlyMap<string, readonly InstanceFact[]>;

async function factsOf(client: PoolClient, schema: string, claim: string): Promise<FactsBySeries> {
  const { rows } = await client.query(
    `select series, facts from ${schema}.segments where claim = $1 order by series, sequence`,
    [claim],
  );
  const facts = new Map<string, InstanceFact[]>();
  for (const row of rows)
    facts.set(row.series, [...(facts.get(row.series) ?? []), ...JSON.parse(row.facts)]);
  return facts;
}

function seenFacts(facts: FactsBySeries, rejected: readonly RejectedRow[]): FactsBySeries {
  const hidden = new Map(rejected.map((row) => [row.series, hiddenIn(row)]));
  return new Map(
    [...facts].map(([series, all]) => [
      series,
      all.filter(({ instance }) => hidden.get(series)?.has(instance) !== true),
    ]),
  );
}

const MODALITY = '00080060';

/** A study's row counts what may be seen. What says whose and when it is stays as it was first said. */
function counted(
  row: StudyRow,
  series: readonly SeriesRow[],
  seen: FactsBySeries,
): Omit<StudyRow, 'version'> {
  const facts = [...seen.values()].flat();
  const shown = series.filter(({ instanceCount }) => instanceCount > 0);
  return {
    ...row,
    modalities: listed(shown.map(({ attributes }) => textOf(attributes, MODALITY))),
    sopClasses: listed(facts.map(({ sopClass }) => sopClass)),
    seriesCount: shown.length,
    instanceCount: facts.length,
    bytes: facts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
