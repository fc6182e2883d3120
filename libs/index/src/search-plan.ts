import { createHash } from 'node:crypto';
import { isPrivate } from '#dicom/tag';
import type { SearchLevel } from '#dicomweb/attribute-level';
import type { SearchMatch, SearchProblem, SearchQuery } from '#dicomweb/search-query';
import type { Statement } from './findable.js';
import { SERIES_LEVEL, STUDY_LEVEL } from './row-attributes.js';
import { SELECTIVE_COLUMNS, SERIES_COLUMNS, STUDY_COLUMNS } from './search-columns.js';
import type { StudyFilter } from './search-filter.js';
import {
  FACT_TEXTS,
  type InstanceMatch,
  type InstanceSearch,
  instanceSearch,
} from './search-instances.js';
import { pageStatement, visitStatement } from './search-page.js';
import type { SearchPosition } from './search-position.js';
import type { SearchReach } from './search-reach.js';
import {
  type Asked,
  candidatesStatement,
  LOOKS_MAX,
  REMAINING_MAX,
  totalStatement,
} from './search-statement.js';

/** UIDs that stand in the path of the resource. */
export type SearchScope = Readonly<{ study?: string; series?: string }>;

/**
 * What to run for a search. `statement` asks for one row more than `limit`, so that the caller learns whether there are more; its
 * rows are StudyFound, SeriesFound or, for instances, SeriesVisited. `unindexed`: rows are read one by one, so `candidates` must
 * be run first, and more than CANDIDATES_MAX of them are too many (413). `extra`: paths asked for, allowed at this level, but neither
 * in the rows nor in the facts; they lie in the metadata of instances. `includeAll`: all that is known of the entity. `name`: set
 * where the statement may be prepared once for all values; the others want a plan for theirs, or the wrong index is chosen.
 */
export type SearchPlan = Readonly<{
  ok: true;
  level: SearchLevel;
  statement: Statement;
  name: string | undefined;
  limit: number;
  offset: number;
  /** Results stand behind it. */
  position: SearchPosition | undefined;
  unindexed: boolean;
  candidates: Statement | undefined;
  /** Counts what there is behind a position, where rows tell: `rows` and their `results`; with `rowsMax` rows there may be more. */
  total:
    | Readonly<{ rowsMax: number; statement: (behind?: SearchPosition) => Statement }>
    | undefined;
  /** A person name without a column was to be matched fuzzily, and is matched as it is written. */
  literalNames: boolean;
  includeAll: boolean;
  extra: readonly (readonly string[])[];
  /** Only at the levels above: what rows don't hold and the metadata of each must be looked at for, among LOOKS_MAX of them; paging is the looker's. */
  looked: readonly InstanceMatch[];
  /** Only at instance level: the rows are series to visit in order, at most VISITS_MAX; paging is the visitor's. */
  instances: InstanceSearch | undefined;
}>;

export type Planned = SearchPlan | Readonly<{ ok: false; problems: readonly SearchProblem[] }>;

/** Rows of the statements. JSON texts are ready to be served; those marked optional come only when they are needed. */
export type StudyFound = Readonly<{
  claim: string;
  study_date: string;
  study_time: string;
  study_uid: string;
  /** The claim, of another hospital's; '' or nothing of the own. */
  place?: string;
  version: number;
  study_json: string;
}>;
export type SeriesFound = Readonly<{
  claim: string;
  study_date: string;
  study_time: string;
  study_uid: string;
  place?: string;
  series: string;
  number: number | null;
  series_uid: string;
  version: number;
  series_json: string;
  study_json?: string;
}>;
export type SeriesVisited = Omit<SeriesFound, 'series_json'> &
  Readonly<{ timezone: string | null; series_json?: string }>;

/** Results of one answer: without `limit` in the query, and at most. */
export const SEARCH_LIMITS: Readonly<
  Record<SearchLevel, Readonly<{ byDefault: number; max: number }>>
> = {
  study: { byDefault: 1_000, max: 5_000 },
  series: { byDefault: 5_000, max: 5_000 },
  instance: { byDefault: 10_000, max: 10_000 },
};

/**
 * A query whose cursor, if it has one, is opened. `located`: opaque ids of the only series that can hold what is sought. `person`: whose identifier
 * it names. `filter`: what it is narrowed to besides. `isAscending`: studies, the earliest first.
 */
export type PlannableQuery = SearchQuery &
  Readonly<{
    position?: SearchPosition | undefined;
    located?: readonly string[] | undefined;
    person?: string | undefined;
    filter?: StudyFilter | undefined;
    isAscending?: boolean;
  }>;

/** The query within what the searcher may reach. Pure: the same query gives the same statement. `{schema}` stands for the schema's name. */
export function planSearch(
  level: SearchLevel,
  scope: SearchScope,
  query: PlannableQuery,
  reach: SearchReach,
): Planned {
  const problems = query.matches.flatMap((match) => problemOf(level, match));
  if (problems.length > 0) return { ok: false, problems };
  const restricting = query.matches.filter(isRestricting);
  const matches = restricting.filter(isInRows);
  const looked = restricting.filter((match) => !isInRows(match));
  const shown = shownLevels(level, scope, query);
  const asked: Asked = { ...query, level, scope, reach, matches, shown };
  const limit = Math.min(query.limit ?? SEARCH_LIMITS[level].byDefault, SEARCH_LIMITS[level].max);
  const unindexed = matches.some((match) => !hasColumn(match));
  const visits = looked.length === 0 ? query.offset + limit + (query.position ? 1 : 0) : undefined;
  const statement =
    level === 'instance'
      ? visitStatement(asked, visits)
      : pageOf(asked, { looked, limit, offset: query.offset });
  return {
    ok: true,
    level,
    statement,
    name: query.offset === 0 && matches.every(isSelective) ? nameOf(statement) : undefined,
    limit,
    offset: query.offset,
    position: query.position,
    unindexed,
    candidates: unindexed ? candidatesStatement(asked) : undefined,
    total: looked.length === 0 ? totalOf(asked) : undefined,
    literalNames: matches.some(isLiteralName),
    includeAll: query.includeAll,
    extra: extraPaths(level, query),
    looked: level === 'instance' ? [] : [...looked, ...besides(looked, matches)],
    instances: level === 'instance' ? instanceSearch(looked) : undefined,
  };
}

/** Made when it is wanted: most pages aren't full. */
function totalOf(asked: Asked): SearchPlan['total'] {
  const rowsMax = REMAINING_MAX + 1;
  const isNamed = asked.matches.every(isSelective);
  return {
    rowsMax,
    statement: (position = asked.position) => {
      const statement = totalStatement({ ...asked, position }, rowsMax);
      return isNamed ? { ...statement, name: nameOf(statement) } : statement;
    },
  };
}

type Page = Readonly<{ looked: readonly InstanceMatch[]; limit: number; offset: number }>;

/** When what is sought must be looked for in the metadata, all rows that could fit, and paging is the looker's. */
const pageOf = (asked: Asked, { looked, limit, offset }: Page): Statement =>
  looked.length === 0
    ? pageStatement(asked, limit + 1, offset)
    : pageStatement(asked, LOOKS_MAX + 1, 0);

/** What the rows of a study's series fit must hold for the series that is looked at. */
const besides = (looked: readonly InstanceMatch[], matches: readonly InstanceMatch[]) =>
  looked.some((match) => match.level === 'series')
    ? matches.filter((match) => match.level === 'series' && match.path[0] !== SERIES_INSTANCES)
    : [];

const SERIES_INSTANCES = '00201209';

const isRestricting = (match: SearchMatch): match is SearchMatch & InstanceMatch =>
  match.condition.kind !== 'any';

const hasColumn = ({ path }: Pick<SearchMatch, 'path'>) =>
  STUDY_COLUMNS.has(path.join('.')) || SERIES_COLUMNS.has(path.join('.'));

const isLiteralName = (match: InstanceMatch) => !hasColumn(match) && 'sounds' in match.condition;

const isSelective = ({ path, condition }: InstanceMatch) =>
  condition.kind === 'equal' && SELECTIVE_COLUMNS.has(path.join('.'));

/** Equal texts have equal names; there are a few hundred of them at most. */
const nameOf = ({ text }: Statement) =>
  `search-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

const BY_US = ['00080005', '00080056', '00081190'];
const KNOWN: Readonly<Record<SearchLevel, ReadonlySet<string>>> = {
  study: new Set([
    ...Object.keys(STUDY_LEVEL.required),
    ...STUDY_LEVEL.optional,
    ...['00080061', '00080062', '00201206', '00201208', ...BY_US],
  ]),
  series: new Set([
    ...Object.keys(SERIES_LEVEL.required),
    ...SERIES_LEVEL.optional,
    ...['00201209', ...BY_US],
  ]),
  instance: new Set([...FACT_TEXTS.keys(), ...BY_US]),
};

/** A study may be sought by what one of its series is; nothing by what its instances are. Private attributes are of any level (PS3.18 §10.6.1.2.1). */
const problemOf = (level: SearchLevel, match: SearchMatch): readonly SearchProblem[] =>
  isRestricting(match) && !isOfLevel(level, match)
    ? [{ parameter: match.parameter, fault: 'wrong-level' }]
    : [];

/** Whether rows of studies and series tell; else the metadata of an instance do. */
const isInRows = (match: Pick<SearchMatch, 'path' | 'level'>): boolean =>
  match.level !== 'instance' && (hasColumn(match) || KNOWN[match.level].has(match.path[0] ?? ''));

const isOfLevel = (level: SearchLevel, match: SearchMatch) =>
  level === 'instance' || match.level !== 'instance' || isPrivatePath(match.path);

const isPrivatePath = ([tag = '']: readonly string[]) => isPrivate(Number.parseInt(tag, 16));

const LEVELS: readonly SearchLevel[] = ['study', 'series', 'instance'];

const isShownAt = (level: SearchLevel, other: SearchLevel) =>
  LEVELS.indexOf(other) <= LEVELS.indexOf(level);

/** Levels above whose attributes go into results: those that the path doesn't fix (PS3.18 §10.6.3.3) and those asked for. */
const shownLevels = (
  level: SearchLevel,
  scope: SearchScope,
  query: SearchQuery,
): ReadonlySet<SearchLevel> => {
  const shown = new Set([
    level,
    ...[...query.include, ...query.matches].map((asked) => asked.level),
  ]);
  if (scope.study === undefined) shown.add('study');
  if (scope.series === undefined) shown.add('series');
  return shown;
};

/** Attributes that were matched are returned as those that were asked for (PS3.18 §10.6.3.3). */
const extraPaths = (level: SearchLevel, query: SearchQuery): SearchPlan['extra'] =>
  [...query.include, ...query.matches]
    .filter((asked) => isShownAt(level, asked.level) || isPrivatePath(asked.path))
    .filter((asked) => !KNOWN[asked.level].has(asked.path[0] ?? ''))
    .map(({ path }) => path);
