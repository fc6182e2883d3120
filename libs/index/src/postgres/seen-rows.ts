import type { PoolClient } from 'pg';
import type { Rows } from '../findable-rows.js';
import type { HeaderJson } from '../header-json.js';
import { type RejectedRow, stateOf } from '../rejected-row.js';
import { type SeriesRow, seriesColumns } from '../series-row.js';
import { type StudyRow, studyColumns } from '../study-row.js';

const STUDY =
  'claim, hospital, attributes, modalities, series_count, instance_count, bytes, version';
const SERIES = 'series, claim, hospital, attributes, instance_count, version';

/** The text that reads rows of studies, whether anything of them may be seen or not. */
export const studiesBefore = (schema: string, where: string): string =>
  `select ${STUDY} from ${schema}.studies where ${where} union all select ${STUDY} from ${schema}.unseen_studies where ${where}`;

/** The same of series. */
export const seriesBefore = (schema: string, where: string): string =>
  `select ${SERIES} from ${schema}.series where ${where} union all select ${SERIES} from ${schema}.unseen_series where ${where}`;

export const toStudyRow = (row: Readonly<Record<string, unknown>>): StudyRow => {
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

export const toSeriesRow = (row: Readonly<Record<string, unknown>>): SeriesRow => ({
  series: String(row['series']),
  claim: String(row['claim']),
  hospital: String(row['hospital']),
  attributes: JSON.parse(String(row['attributes'])) as HeaderJson,
  instanceCount: Number(row['instance_count']),
  version: Number(row['version']),
});

/**
 * Begins the statements that write rows, and answers with them: rows of which something may be seen where searches find them, the others apart. A row is
 * taken away from where it was `before`.
 */
export function putRows(
  client: PoolClient,
  schema: string,
  before: Rows,
  after: Rows,
): readonly Promise<unknown>[] {
  const studies = sorted(after.studies, before.studies, ({ claim }) => claim);
  const series = sorted(after.series, before.series, (row) => row.series);
  const rejected = Map.groupBy(after.rejected ?? [], ({ claim }) => claim);
  const unseenStudy = (row: StudyRow) => unseenColumns(row, rejected.get(row.claim) ?? []);
  return [
    upsert(client, `${schema}.studies`, 'claim', studies.seen.map(studyColumns)),
    upsert(client, `${schema}.series`, 'series', series.seen.map(seriesColumns)),
    upsert(client, `${schema}.unseen_studies`, 'claim', studies.unseen.map(unseenStudy)),
    upsert(client, `${schema}.unseen_series`, 'series', series.unseen.map(seriesColumns)),
    take(client, `${schema}.studies`, 'claim', studies.gone),
    take(client, `${schema}.series`, 'series', series.gone),
    take(client, `${schema}.unseen_studies`, 'claim', studies.back),
    take(client, `${schema}.unseen_series`, 'series', series.back),
  ];
}

const unseenColumns = (row: StudyRow, rejected: readonly RejectedRow[]) => ({
  ...studyColumns(row),
  state: stateOf(rejected),
});

type Counted = Readonly<{ instanceCount: number }>;

/** `gone` and `back`: keys of rows that were in the other table. */
function sorted<Row extends Counted>(
  after: readonly Row[],
  before: readonly Row[],
  keyOf: (row: Row) => string,
) {
  const isSeen = ({ instanceCount }: Counted) => instanceCount > 0;
  const wasSeen = new Map(before.map((row) => [keyOf(row), isSeen(row)]));
  const seen = after.filter(isSeen);
  const unseen = after.filter((row) => !isSeen(row));
  return {
    ...{ seen, unseen },
    gone: unseen.map(keyOf).filter((key) => wasSeen.get(key) === true),
    back: seen.map(keyOf).filter((key) => wasSeen.get(key) === false),
  };
}

const take = async (
  client: PoolClient,
  table: string,
  key: string,
  keys: readonly string[],
): Promise<void> => {
  if (keys.length === 0) return;
  await client.query(`delete from ${table} where ${key} = any($1)`, [keys]);
};

const upsert = async (
  client: PoolClient,
  table: string,
  key: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> => {
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
