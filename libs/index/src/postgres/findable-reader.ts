import { boundedCache } from '../bounded-cache.js';
import type { Findable, Rows, Statement, StudyHead, WholeSeries } from '../findable.js';
import type { InstanceFact } from '../instance-fact.js';
import { hiddenIn, type RejectedRow, toRejectedRow } from '../rejected-row.js';
import { type Place, type Segment, type SeriesView, seriesView } from '../series-view.js';
import type { Queryable } from './active-version.js';
import { inActiveSchema } from './in-active-schema.js';

/** How long a cached series is served without asking whether it has changed; an instance it lacks is always asked for. */
const TRUST_MS = 1_000;
const SERIES_CACHE_BYTES_MAX = 128 * 1024 * 1024;
/** Decoded facts weigh about this many times their JSON. */
const DECODED_WEIGHT = 3;

export type ReaderOptions = Readonly<{ nowMs: () => number; cacheBytesMax?: number }>;

/** Reads the active version of the findable projection. Each api process has one reader and its cache. */
export function findableReader(pool: Queryable, { nowMs, cacheBytesMax }: ReaderOptions): Findable {
  const cache = boundedCache<{ view: SeriesView; schema: string; checkedAtMs: number }>(
    cacheBytesMax ?? SERIES_CACHE_BYTES_MAX,
  );
  const inSchema = inActiveSchema(pool, nowMs);
  const load = async (schema: string, series: string): Promise<SeriesView | undefined> => {
    const loaded = await loadSeen(pool, schema, series);
    if (loaded === undefined) cache.remove(series);
    else
      cache.set(
        series,
        { view: loaded.view, schema, checkedAtMs: nowMs() },
        loaded.characters * DECODED_WEIGHT,
      );
    return loaded?.view;
  };
  return {
    study: (hospital, studyUid, { rejected = false } = {}) =>
      inSchema((schema) => readStudy(pool, schema, { hospital, studyUid, rejected })),
    wholeSeries: (series) => inSchema((schema) => loadWhole(pool, schema, series)),
    series: (series, options) =>
      inSchema(async (schema) => {
        const cached = cache.get(series);
        if (cached === undefined || cached.schema !== schema) return load(schema, series);
        if (!options?.fresh && nowMs() - cached.checkedAtMs < TRUST_MS) return cached.view;
        const version = await readVersion(pool, schema, series);
        if (version !== cached.view.version) return load(schema, series);
        cached.checkedAtMs = nowMs();
        return cached.view;
      }),
    seriesOf: (claim, { rejected = false } = {}) =>
      inSchema((schema) => readSeriesOf(pool, tablesOf(schema, rejected).series, claim)),
    placesOf: (series) => inSchema((schema) => readPlacesOf(pool, schema, series)),
    rows: (statement) => inSchema((schema) => readRows(pool, schema, statement)),
  };
}

/** Rows of the version that `schema` names. */
export const readRows = async (
  db: Queryable,
  schema: string,
  { text, values, name }: Statement,
): Promise<Rows> => {
  const prepared = name === undefined ? {} : { name: `${schema}-${name}` };
  const query = { ...prepared, text: text.replaceAll('{schema}', schema), values: [...values] };
  return (await db.query(query)).rows;
};

const readVersion = async (pool: Queryable, schema: string, series: string) => {
  const { rows } = await pool.query({
    name: `${schema}-series-version`,
    text: `select version from ${schema}.series where series = $1`,
    values: [series],
  });
  return rows[0] === undefined ? undefined : Number(rows[0].version);
};

const HEAD_OF_STUDY = 'claim, hospital, study_uid';
const HEAD_OF_SERIES = 'series, claim, hospital, series_uid, number, version';

/** Where rows stand of which something may be seen; `rejected`: these and the others. */
const tablesOf = (schema: string, rejected: boolean) =>
  rejected
    ? {
        studies: `(select ${HEAD_OF_STUDY} from ${schema}.studies union all select ${HEAD_OF_STUDY} from ${schema}.unseen_studies)`,
        series: `(select ${HEAD_OF_SERIES} from ${schema}.series union all select ${HEAD_OF_SERIES} from ${schema}.unseen_series)`,
      }
    : { studies: `${schema}.studies`, series: `${schema}.series` };

type StudyAsked = Readonly<{ hospital: string; studyUid: string; rejected: boolean }>;

const readStudy = async (
  pool: Queryable,
  schema: string,
  { hospital, studyUid, rejected }: StudyAsked,
): Promise<StudyHead | undefined> => {
  const tables = tablesOf(schema, rejected);
  const { rows } = await pool.query({
    name: `${schema}-study-head${rejected ? '-whole' : ''}`,
    text: `select s.claim, e.series, e.series_uid as "seriesUid", e.version from ${tables.studies} s
      join ${tables.series} e using (claim)
      where s.hospital = $1 and s.study_uid = $2 order by e.number nulls last, e.series_uid collate "C"`,
    values: [hospital, studyUid],
  });
  if (rows.length === 0) return undefined;
  return { claim: rows[0].claim, studyUid, series: rows };
};

type Loaded = Readonly<{ view: SeriesView; characters: number }>;

/** A series as it may be seen: what is rejected of it costs a look into a table that is nearly always empty. */
const loadSeen = async (
  pool: Queryable,
  schema: string,
  series: string,
): Promise<Loaded | undefined> => {
  const { rows } = await pool.query({
    name: `${schema}-series-segments`,
    text: `select e.claim, e.hospital, e.version, e.series, g.sequence, g.packs, g.extract, g.facts, r.rejections from ${schema}.series e
      join ${schema}.segments g using (series) left join ${schema}.rejected r using (series) where series = $1 order by g.sequence`,
    values: [series],
  });
  return viewOf(pool, schema, rows, hiddenIn(rejectedIn(rows)));
};

const loadWhole = async (
  pool: Queryable,
  schema: string,
  series: string,
): Promise<WholeSeries | undefined> => {
  const { rows } = await pool.query(
    `select e.claim, e.hospital, e.version, e.series, g.sequence, g.packs, g.extract, g.facts, r.rejections
     from ${tablesOf(schema, true).series} e
     join ${schema}.segments g using (series) left join ${schema}.rejected r using (series) where series = $1 order by g.sequence`,
    [series],
  );
  const loaded = await viewOf(pool, schema, rows, new Set());
  return loaded && { view: loaded.view, rejected: rejectedIn(rows) };
};

/** Segments of one series; what is rejected of it stands in each row. */
type SegmentRows = readonly Readonly<{
  series: string;
  claim: string;
  hospital: string;
  version: number;
  sequence: number;
  packs: readonly string[];
  extract: string;
  facts: string;
  rejections: string | null;
}>[];

const rejectedIn = ([row]: SegmentRows): RejectedRow | undefined =>
  row === undefined || row.rejections === null ? undefined : toRejectedRow(row);

const viewOf = async (
  pool: Queryable,
  schema: string,
  rows: SegmentRows,
  hidden: ReadonlySet<string>,
): Promise<Loaded | undefined> => {
  const [first] = rows;
  if (first === undefined) return undefined;
  const places = await readPlaces(pool, schema, [...new Set(rows.flatMap(({ packs }) => packs))]);
  const segments = rows.map((row): Segment => {
    const { sha256 } = JSON.parse(row.extract) as { sha256: string };
    const facts = JSON.parse(row.facts) as InstanceFact[];
    const { kind, ...extract } = places(sha256);
    return { sequence: row.sequence, settled: kind === 'settled', extract, facts };
  });
  const { series, claim, version } = first;
  return {
    view: seriesView({ series, claim, version }, segments, places, hidden),
    characters: rows.reduce((sum, { facts }) => sum + facts.length, 0),
  };
};

const readSeriesOf = async (pool: Queryable, table: string, claim: string) => {
  const { rows } = await pool.query(
    `select series from ${table} e where claim = $1 order by number nulls last, series_uid collate "C"`,
    [claim],
  );
  return rows.map(({ series }) => String(series));
};

const readPlacesOf = async (pool: Queryable, schema: string, series: string) => {
  const { rows } = await pool.query(
    `select distinct unnest(packs) as pack from ${schema}.segments where series = $1`,
    [series],
  );
  return readPackEntries(
    pool,
    schema,
    rows.map(({ pack }) => pack),
  );
};

type PackedPlace = Place & Readonly<{ kind: string }>;

const readPlaces = async (pool: Queryable, schema: string, packs: readonly string[]) => {
  const places = await readPackEntries(pool, schema, packs);
  return (sha256: string): PackedPlace => {
    const place = places.get(sha256);
    if (place === undefined)
      throw new Error('a fact names content that no pack of its series holds');
    return place;
  };
};

const readPackEntries = async (
  pool: Queryable,
  schema: string,
  packs: readonly string[],
): Promise<ReadonlyMap<string, PackedPlace>> => {
  const { rows } = await pool.query({
    name: `${schema}-packs-of`,
    text: `select key, kind, entries from ${schema}.packs where pack = any($1)`,
    values: [packs],
  });
  const places = new Map<string, PackedPlace>();
  for (const { key, kind, entries } of rows)
    for (const [sha256, offset, bytes] of JSON.parse(entries) as [string, number, number][])
      places.set(sha256, { key, offset, bytes, kind });
  return places;
};
