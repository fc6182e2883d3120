import type { SearchLevel } from '#dicomweb/attribute-level';
import type { Statement } from './findable.js';
import { columnOf, TRIGRAM_COLUMNS } from './search-columns.js';
import { filterSql, type StudyFilter } from './search-filter.js';
import type { InstanceMatch } from './search-instances.js';
import { hasTrigram, literalPrefix } from './search-pattern.js';
import {
  behindSql,
  SERIES_POSITION,
  type SearchPosition,
  STUDY_POSITION,
} from './search-position.js';
import { type BranchSql, eachBranch, type OrderColumns, type SearchReach } from './search-reach.js';
import { type Bind, statementValues } from './search-sql.js';
import { whereOf } from './search-where.js';

/** All that a statement depends on. `shown`: levels whose JSON the rows must bring. */
export type Asked = Readonly<{
  level: SearchLevel;
  scope: Readonly<{ study?: string; series?: string }>;
  reach: SearchReach;
  matches: readonly InstanceMatch[];
  /** Rows behind it only. */
  position?: SearchPosition | undefined;
  /** Whose identifier is named: studies of this person fit, whatever identifier they bear. */
  person?: string | undefined;
  /** What else holds of the studies. */
  filter?: StudyFilter | undefined;
  /** The earliest studies first; at the level of studies only. */
  isAscending?: boolean | undefined;
  /** In these series only. */
  located?: readonly string[] | undefined;
  shown: ReadonlySet<SearchLevel>;
}>;

/** Rows that an unindexed search may read. */
export const CANDIDATES_MAX = 20_000;
/** Studies or series whose metadata one search may look at. */
export const LOOKS_MAX = 2_000;
/** Results behind a page that are counted: more are told as «at least», for counting costs more than the page. */
export const REMAINING_MAX = 1_000;
/** Series that one instance search may visit. */
export const VISITS_MAX = 2_000;

/** Counts, up to one more than CANDIDATES_MAX, the rows that an unindexed search would read. */
export function candidatesStatement(asked: Asked): Statement {
  const { values, bind } = statementValues();
  const typed = asked.matches.filter((match) => columnOf(match) !== undefined);
  const found = eachBranch(asked.reach, bind, (branch) => ({
    text: `select\n${restricted(asked, typed, bind, branch)}`,
  }));
  const text = `select count(*)::int as candidates from (
${found}
limit ${bind(CANDIDATES_MAX + 1)}
) as candidate`;
  return { text, values };
}

/** Counts the rows of a search, up to `rowsMax`, and the results that stand for them. */
export function totalStatement(asked: Asked, rowsMax: number): Statement {
  const { values, bind } = statementValues();
  const fitting = `select ${asked.level === 'instance' ? 'series.instance_count' : '1'} as results`;
  const found = eachBranch(asked.reach, bind, (branch) => {
    const where = restricted(asked, asked.matches, bind, branch);
    const text = asked.matches.some(isByTrigrams)
      ? `with fitting as materialized (\n${fitting}, studies.version\n${where}\n)\nselect results from fitting`
      : `${fitting}\n${where}`;
    return { text };
  });
  const text = `select count(*)::int as rows, coalesce(sum(counted.results), 0)::bigint as results from (
${found}
limit ${bind(rowsMax)}
) as counted`;
  return { text, values };
}

/**
 * What stands anywhere in a text is taken for evenly spread by PostgreSQL: told of the bound, it reads an index of names from its beginning, to
 * come soon upon enough of them, and passes all other names. So it isn't told (what is materialized is planned as a whole, and made as far
 * as it is read), and a column that no index holds leaves it the index of trigrams.
 */
const isByTrigrams = ({ path, condition }: InstanceMatch) =>
  TRIGRAM_COLUMNS.has(path.join('.')) &&
  condition.kind === 'like' &&
  condition.patterns.every((pattern) => literalPrefix(pattern) === '' && hasTrigram(pattern));

const SERIES = '{schema}.series as series';
export const STUDY_ORDER = 'studies.study_date desc, studies.study_time desc, studies.study_uid';
/** The same order from its end. */
export const STUDY_ORDER_UP = 'studies.study_date, studies.study_time, studies.study_uid desc';
export const SERIES_ORDER = `${STUDY_ORDER}, series.number, series.series_uid`;

/** Columns of a series row, with the JSON of the levels that are shown. */
export const seriesRows = ({ shown }: Asked) =>
  [
    `series.claim, ${STUDY_POSITION}, series.series, ${SERIES_POSITION}, series.version`,
    ...(shown.has('series') ? ['series.json as series_json'] : []),
    ...(shown.has('study') ? ['studies.json as study_json'] : []),
  ].join(', ');

/** What a search reads of one branch, and of it what fits. What it may read goes first, always. */
export const restricted = (
  asked: Asked,
  matches: readonly InstanceMatch[],
  bind: Bind,
  branch: BranchSql,
): string => {
  const { from, series, columns } = branch;
  const where = [...branch.where, ...hospitalsSql(branch, matches, bind)];
  if (asked.level !== 'study') where.push(...series);
  if (asked.scope.study !== undefined) where.push(`studies.study_uid = ${bind(asked.scope.study)}`);
  if (asked.scope.series !== undefined)
    where.push(`series.series_uid = ${bind(asked.scope.series)}`);
  if (asked.located !== undefined)
    where.push(`series.series = any(${bind(asked.located)}::text[])`);
  where.push(...filterSql(asked.filter, bind));
  if (asked.position !== undefined) where.push(behindSql(asked, asked.position, bind, columns));
  where.push(...whereOf('study', matches, bind, asked.person).map((one) => dated(one, columns)));
  const ofSeries = whereOf('series', matches, bind);
  if (asked.level !== 'study')
    return `from ${from} join ${SERIES} on series.claim = studies.claim
where ${[...where, ...ofSeries].join('\n  and ')}`;
  if (ofSeries.length > 0)
    where.push(
      `exists (select from ${SERIES} where series.claim = studies.claim and ${ofSeries.join(' and ')})`,
    );
  return `from ${from}\nwhere ${where.join('\n  and ')}`;
};

/** Dates are those of the order, whose index then gives a range of them. */
const dated = (where: string, { date, time }: OrderColumns) =>
  where.replaceAll('studies.study_date', date).replaceAll('studies.study_time', time);

/** Indexes of what is sought begin with the hospital. */
const hospitalsSql = (
  { hospitals }: BranchSql,
  matches: readonly InstanceMatch[],
  bind: Bind,
): readonly string[] =>
  hospitals === undefined || matches.length === 0
    ? []
    : [`studies.hospital = any (${bind(hospitals)}::text[])`];
