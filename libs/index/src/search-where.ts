import { MOMENTS, SERIES_COLUMNS, type SearchColumn, STUDY_COLUMNS } from './search-columns.js';
import type { InstanceMatch } from './search-instances.js';
import { type Bind, columnSql, itemSql, jsonSql } from './search-sql.js';

/** The typed column of an attribute; undefined when it stands in the row's JSON only. */
export const columnOf = ({ path }: Pick<InstanceMatch, 'path'>): SearchColumn | undefined =>
  STUDY_COLUMNS.get(path.join('.')) ?? SERIES_COLUMNS.get(path.join('.'));

/** Conditions on the rows of one level, to be joined by `and`. */
export function whereOf(
  level: 'study' | 'series',
  matches: readonly InstanceMatch[],
  bind: Bind,
): readonly string[] {
  const own = matches.filter((match) => match.level === level);
  const moments = own.flatMap((date) => momentOf(date, own) ?? []);
  const json = level === 'study' ? 'studies.json' : 'series.json';
  return [
    ...moments.flatMap((moment) => momentSql(moment, bind)),
    ...own
      .filter((match) => !moments.some(({ date, time }) => match === date || match === time))
      .map((match) => {
        const column = columnOf(match);
        if (column === undefined) return jsonSql(json, match, match.condition, bind);
        return columnSql(column, match.condition, bind);
      }),
    ...inOneSequence(own).map((inner) => itemSql(json, inner, bind)),
  ];
}

/** Matches that share their outermost sequence: one by one they may be met by different items. */
const inOneSequence = (
  matches: readonly InstanceMatch[],
): readonly (readonly InstanceMatch[])[] => {
  const inner = matches.filter(({ path }) => path.length > 1);
  return [...Map.groupBy(inner, ({ path }) => path[0]).values()].filter(({ length }) => length > 1);
};

type Side = 'from' | 'to';
type Moment = Readonly<{ date: InstanceMatch; time: InstanceMatch }>;

/** A date range and a time range that are open on the same sides are one range of moments (PS3.4 §C.2.2.2.5.4). */
const momentOf = (date: InstanceMatch, others: readonly InstanceMatch[]): Moment | undefined => {
  const timePath = MOMENTS.get(date.path.join('.'));
  const time = others.find(({ path }) => path.join('.') === timePath);
  if (time === undefined || !isRange(date) || !isRange(time)) return undefined;
  const isOne = (['from', 'to'] as const).every(
    (side) => (end(date, side) === undefined) === (end(time, side) === undefined),
  );
  return isOne ? { date, time } : undefined;
};

const isRange = ({ condition }: InstanceMatch) => condition.kind === 'range';

const end = ({ condition }: InstanceMatch, side: Side): string | undefined =>
  condition.kind === 'range' ? condition[side] : undefined;

const momentSql = ({ date, time }: Moment, bind: Bind): readonly string[] => {
  const [day, hour] = [columnOf(date)?.sql, columnOf(time)?.sql];
  const compare = (side: Side, operator: '>=' | '<=') => {
    const [dateEnd, timeEnd] = [end(date, side), end(time, side)];
    if (dateEnd === undefined) return side === 'from' ? [`${day} <> ''`] : [];
    return [`(${day}, ${hour}) ${operator} (${bind(dateEnd)}, ${bind(timeEnd)})`];
  };
  return [...compare('from', '>='), ...compare('to', '<=')];
};
