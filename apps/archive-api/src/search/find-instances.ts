import type { InstanceSearch } from '#index/search-instances';
import type { SearchPlan, SeriesVisited } from '#index/search-plan';
import { isBehind, positionOf, type SearchPosition } from '#index/search-position';
import { VISITS_MAX } from '#index/search-statement';
import type { InstanceView, SeriesView } from '#index/series-view';
import { readAhead } from '../read-ahead.js';
import { askedOf } from './asked-of.js';
import { headerOf } from './header-of.js';
import { instanceMembers } from './instance-members.js';
import { type Addressing, rowRoots } from './row-roots.js';
import { type Members, membersOf, membersOfHeader, objectText, orderedText } from './row-text.js';
import { type Found, type SearchPorts, statementOf } from './search-ports.js';

/** Series that are loaded while one is looked through. */
const VISITS_AHEAD = 4;
/** Characters of all results together, but for the last: whole headers may be long, and the answer is one piece of memory. */
const ROWS_CHARACTERS_MAX = 128 * 1024 * 1024;

type InstancePlan = SearchPlan & Readonly<{ instances: InstanceSearch }>;

/** Instances of the series that the plan visits, one series after the other, until the page or `charactersMax` is full. */
export async function findInstances(
  ports: SearchPorts,
  plan: InstancePlan,
  addressing: Addressing,
  charactersMax = ROWS_CHARACTERS_MAX,
): Promise<Found> {
  const visited = (await ports.findable.rows(statementOf(plan))) as readonly SeriesVisited[];
  const looked = visited.slice(0, VISITS_MAX);
  const rootOf = rowRoots(looked, addressing);
  const rows: string[] = [];
  let [skip, characters, passed] = [plan.offset, 0, 0];
  let last: SearchPosition | undefined;
  for await (const visit of visits(ports, looked)) {
    const inSeries = await fittingOf(ports, plan.instances, visit.view);
    const fitting = inSeries.filter((instance) => isNext(plan, visit.row, instance));
    passed += inSeries.length - fitting.length;
    const left = fitting.slice(skip);
    skip -= fitting.length - left.length;
    const shown = left.slice(0, plan.limit - rows.length);
    for (const instance of shown) {
      if (characters > charactersMax) return { rows, more: true, incomplete: true, last, passed };
      const text = await instanceText(ports, visit, instance, { plan, root: rootOf(visit.row) });
      characters += text.length;
      rows.push(text);
      last = placeOf(visit.row, instance);
    }
    if (shown.length < left.length) {
      const isLast = visit.row === visited.at(-1);
      const behind = behindIn(plan, isLast, left.length - shown.length);
      return { rows, more: true, incomplete: false, last, behind, passed };
    }
  }
  const isCut = visited.length > VISITS_MAX;
  const end = looked.at(-1);
  return { rows, more: false, incomplete: isCut, last: isCut && end ? positionOf(end) : undefined };
}

/** Where rows can't be counted, the visits are all there are, and what the last one leaves is all that is left. */
const behindIn = ({ total }: SearchPlan, isLast: boolean, left: number): number | undefined =>
  total === undefined && isLast ? left : undefined;

/** Of the series in which the page before ended, only what stands behind its end. */
const isNext = ({ position }: SearchPlan, row: SeriesVisited, instance: InstanceView): boolean =>
  position?.instance === undefined ||
  row.study_uid !== position.study ||
  (row.place ?? '') !== (position.place ?? '') ||
  row.series_uid !== position.series?.uid ||
  isBehind(instance, position.instance);

const placeOf = (row: SeriesVisited, { number, instance }: InstanceView): SearchPosition => ({
  ...positionOf(row),
  instance: { number, uid: instance },
});

/** A series that is looked through; `above` is what its instances show of it and of the study. */
type Visit = Readonly<{ row: SeriesVisited; view: SeriesView; above: Members }>;

async function* visits(
  ports: SearchPorts,
  visited: readonly SeriesVisited[],
): AsyncGenerator<Visit> {
  const views = readAhead(visited, (row) => viewOf(ports, row), VISITS_AHEAD);
  let at = 0;
  for await (const view of views) {
    const row = visited[at++];
    if (row === undefined || view === undefined) continue;
    yield { row, view, above: membersOf(row.study_json, row.series_json) };
  }
}

/** As new as the row that led to it. */
async function viewOf(
  { findable }: SearchPorts,
  row: SeriesVisited,
): Promise<SeriesView | undefined> {
  const view = await findable.series(row.series);
  return view?.version === row.version ? view : findable.series(row.series, { fresh: true });
}

async function fittingOf(
  { readExtract }: SearchPorts,
  { test, needsMetadata }: InstanceSearch,
  view: SeriesView,
): Promise<readonly InstanceView[]> {
  if (!needsMetadata) return view.ordered.filter((instance) => test(instance));
  const fitting: InstanceView[] = [];
  for (const instance of view.ordered)
    if (test(instance, await headerOf(readExtract, view, instance))) fitting.push(instance);
  return fitting;
}

async function instanceText(
  { readExtract }: SearchPorts,
  { row, view, above }: Visit,
  instance: InstanceView,
  { plan, root }: Readonly<{ plan: SearchPlan; root: string }>,
): Promise<string> {
  const series = `${root}/studies/${row.study_uid}/series/${row.series_uid}`;
  const url = `${series}/instances/${instance.instance}`;
  const own = instanceMembers(instance, url, row.timezone);
  if (plan.includeAll || plan.extra.length > 0) {
    const header = (await headerOf(readExtract, view, instance)) ?? {};
    return objectText(membersOfHeader(askedOf(header, plan)), above, own);
  }
  return above.size === 0 ? orderedText(own) : objectText(above, own);
}
