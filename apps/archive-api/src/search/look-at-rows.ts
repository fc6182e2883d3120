import type { HeaderJson } from '#index/header-json';
import { fitsHeader } from '#index/search-header';
import type { SearchPlan, SeriesFound, StudyFound } from '#index/search-plan';
import { LOOKS_MAX } from '#index/search-statement';
import { ProblemException, searchTooBroad } from '../problem.js';
import { readAhead } from '../read-ahead.js';
import { firstHeader } from './first-header.js';
import type { SearchPorts } from './search-ports.js';

/** Rows whose metadata are read while those of one are looked at. */
const LOOKS_AHEAD = 4;

type Row = StudyFound | SeriesFound;

/**
 * Of rows that could fit, in their order, those of the page and one more, by the metadata of the first instance of each series; a study
 * fits by what its first series says of it, and by one of its series. 413 when that is more than LOOKS_MAX looks.
 */
export async function lookAtRows(
  ports: SearchPorts,
  plan: SearchPlan,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const wanted = plan.offset + plan.limit + 1;
  const fitting: Row[] = [];
  let looks = 0;
  let at = 0;
  for await (const headers of readAhead(rows, (row) => headersOf(ports, plan, row), LOOKS_AHEAD)) {
    const row = rows[at++];
    looks += headers.length;
    if (looks > LOOKS_MAX) throw new ProblemException(searchTooBroad());
    if (row !== undefined && fits(plan, headers)) fitting.push(row);
    if (fitting.length === wanted) break;
  }
  return fitting.slice(plan.offset);
}

/** One of each series that must be looked at. */
async function headersOf(
  ports: SearchPorts,
  { looked, level }: SearchPlan,
  row: Row,
): Promise<readonly HeaderJson[]> {
  const all = 'series' in row ? [row.series] : await ports.findable.seriesOf(row.claim);
  const needsAll = level === 'study' && looked.some((match) => match.level !== 'study');
  const headers: HeaderJson[] = [];
  for (const series of needsAll ? all.slice(0, LOOKS_MAX) : all.slice(0, 1))
    headers.push((await firstHeader(ports, series)) ?? {});
  return headers;
}

const fits = ({ looked }: SearchPlan, headers: readonly HeaderJson[]): boolean => {
  const ofStudy = looked.filter(({ level }) => level === 'study');
  const ofSeries = looked.filter(({ level }) => level !== 'study');
  return (
    headers.slice(0, 1).some((header) => fitsHeader(header, ofStudy)) &&
    headers.some((header) => fitsHeader(header, ofSeries))
  );
};
