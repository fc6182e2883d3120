import { columnOf } from './search-columns.js';
import type { InstanceMatch } from './search-instances.js';
import { momentSql, momentsOf } from './search-moment.js';
import { namedInSearch, namesPatient, personSql } from './search-person.js';
import { type Bind, columnSql, itemSql, jsonSql } from './search-sql.js';

/** Conditions on the rows of one level, to be joined by `and`. `person`: whose identifier the search names. */
export function whereOf(
  level: 'study' | 'series',
  matches: readonly InstanceMatch[],
  bind: Bind,
  person?: string,
): readonly string[] {
  const named = level === 'study' && person !== undefined ? namedInSearch(matches) : undefined;
  if (named !== undefined && person !== undefined) {
    const others = matches.filter((match) => !namesPatient(match));
    return [personSql(named, person, bind), ...whereOf(level, others, bind)];
  }
  const own = matches.filter((match) => match.level === level);
  const moments = momentsOf(own).filter(({ date }) => columnOf(date) !== undefined);
  const json = level === 'study' ? 'studies.json' : 'series.json';
  return [
    ...moments.flatMap((moment) => momentSql(moment, json, bind)),
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
