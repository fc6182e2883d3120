import type { SearchPlan, SeriesFound, StudyFound } from '#index/search-plan';
import { positionOf } from '#index/search-position';
import { askedOf } from './asked-of.js';
import { firstHeader } from './first-header.js';
import { lookAtRows } from './look-at-rows.js';
import { type Addressing, rowRoots } from './row-roots.js';
import { membersOf, membersOfHeader, objectText, urlMember, withRetrieveUrl } from './row-text.js';
import { type Found, type SearchPorts, statementOf } from './search-ports.js';

/** Attributes that rows lack cost a look into an instance for each row: so many rows at most. */
const EXTRA_ROWS_MAX = 200;

/** Studies or series. Ready JSON is copied; only rows that show two levels, or more than rows hold, are put together. */
export async function findRows(
  ports: SearchPorts,
  plan: SearchPlan,
  addressing: Addressing,
): Promise<Found> {
  const rowsFound = (await ports.findable.rows(statementOf(plan))) as readonly (
    | StudyFound
    | SeriesFound
  )[];
  const found = plan.looked.length === 0 ? rowsFound : await lookAtRows(ports, plan, rowsFound);
  const page = found.length > plan.limit ? found.slice(0, plan.limit) : found;
  const more = found.length > page.length;
  const end = page.at(-1);
  const last = more && end !== undefined ? positionOf(end) : undefined;
  const rootOf = rowRoots(page, addressing);
  if (plan.extra.length === 0 && !plan.includeAll)
    return { rows: page.map((row) => rowText(row, rootOf(row))), more, incomplete: false, last };
  const rows = await Promise.all(
    page.map((row, at) =>
      at < EXTRA_ROWS_MAX ? extendedText(ports, plan, row, rootOf(row)) : rowText(row, rootOf(row)),
    ),
  );
  return { rows, more, incomplete: page.length > EXTRA_ROWS_MAX, last };
}

function rowText(row: StudyFound | SeriesFound, root: string): string {
  const url = urlOf(row, root);
  if (!isSeries(row)) return withRetrieveUrl(row.study_json, url);
  return row.study_json === undefined
    ? withRetrieveUrl(row.series_json, url)
    : objectText(membersOf(row.study_json, row.series_json), urlMember(url));
}

const isSeries = (row: StudyFound | SeriesFound): row is SeriesFound => 'series_uid' in row;

const urlOf = (row: StudyFound | SeriesFound, root: string): string => {
  const study = `${root}/studies/${row.study_uid}`;
  return isSeries(row) ? `${study}/series/${row.series_uid}` : study;
};

/** What the row lacks is taken from the first instance of the entity. */
async function extendedText(
  ports: SearchPorts,
  plan: SearchPlan,
  row: StudyFound | SeriesFound,
  root: string,
): Promise<string> {
  const series = isSeries(row) ? row.series : (await ports.findable.seriesOf(row.claim))[0];
  const header = series === undefined ? undefined : await firstHeader(ports, series);
  const known = membersOf(row.study_json, isSeries(row) ? row.series_json : undefined);
  const asked = membersOfHeader(askedOf(header ?? {}, plan));
  return objectText(asked, known, urlMember(urlOf(row, root)));
}
