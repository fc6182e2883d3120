import type { Statement } from './findable.js';
import { eachBranch, type OrderColumns } from './search-reach.js';
import { statementValues } from './search-sql.js';
import { type Asked, restricted } from './search-statement.js';

/**
 * A page out of several branches. Each gives the first keys of its order, these are merged and the page cut out of them, and only then the rows
 * are read. `rows` as a search of one hospital has them.
 */
export function mergedPage(
  asked: Asked,
  rows: string,
  { limit, offset }: Readonly<{ limit: number; offset: number }>,
): Statement {
  const { values, bind } = statementValues();
  const ofSeries = asked.level !== 'study';
  const keys = eachBranch(asked.reach, bind, (branch) => ({
    text: `select ${keysOf(branch.columns, ofSeries)}
${restricted(asked, asked.matches, bind, branch)}
order by ${orderOf(branch.columns, asked)}`,
    limit: limit + offset,
  }));
  const order = orderOf(PAGE, asked).replaceAll('series.', 'page.');
  const text = `select ${rows.replaceAll(ORDERED, 'page.$1')}, page.place
from (
select * from (
${keys}
) as page
order by ${order}
limit ${bind(limit)} offset ${bind(offset)}
) as page join ${ofSeries ? JOINED_SERIES : joinedStudies(bind(asked.reach.hospital))}
order by ${order}`;
  return { text, values };
}

/** Columns of the order are those by which the page was made: the lists of other hospitals' studies have their own. */
const ORDERED = /studies\.(study_date|study_time|study_uid)\b/g;

const PAGE: OrderColumns = {
  date: 'page.study_date',
  time: 'page.study_time',
  study: 'page.study_uid',
  place: 'page.place',
};

const keysOf = ({ date, time, study, place }: OrderColumns, ofSeries: boolean) =>
  `${date} as study_date, ${time} as study_time, ${study} as study_uid, ${place} as place${ofSeries ? ', series.number, series.series_uid, series.series' : ''}`;

const orderOf = (
  { date, time, study, place }: OrderColumns,
  { level, isAscending }: Pick<Asked, 'level' | 'isAscending'>,
) => {
  const [moments, keys] = isAscending && level === 'study' ? ['', ' desc'] : [' desc', ''];
  const study_ = `${date}${moments}, ${time}${moments}, ${study}${keys}`;
  const placed = place === "''" ? study_ : `${study_}, ${place}${keys}`;
  return level === 'study' ? placed : `${placed}, series.number, series.series_uid`;
};

/** `place` is the claim of another hospital's study; an index tells what the own hospital's is, but only of those on the page. */
const joinedStudies = (
  hospital: string,
) => `{schema}.studies as studies on studies.claim = case page.place
  when '' then (select own.claim from {schema}.studies as own where own.hospital = ${hospital} and own.study_uid = page.study_uid)
  else page.place end`;

const JOINED_SERIES =
  '{schema}.series as series on series.series = page.series join {schema}.studies as studies on studies.claim = series.claim';
