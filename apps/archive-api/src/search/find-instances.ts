import type { HeaderJson } from '#index/header-json';
import type { InstanceSearch } from '#index/search-instances';
import type { SearchPlan, SeriesVisited } from '#index/search-plan';
import { VISITS_MAX } from '#index/search-statement';
import type { InstanceView, SeriesView } from '#index/series-view';
import { readAhead } from '../read-ahead.js';
import { headerOf } from './header-of.js';
import { instanceMembers } from './instance-members.js';
import { type Members, membersOf, objectText, orderedText, pickMembers } from './row-text.js';
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
  root: string,
  charactersMax = ROWS_CHARACTERS_MAX,
): Promise<Found> {
  const visited = (await ports.findable.rows(statementOf(plan))) as readonly SeriesVisited[];
  const rows: string[] = [];
  let [skip, characters] = [plan.offset, 0];
  for await (const visit of visits(ports, visited.slice(0, VISITS_MAX))) {
    const fitting = await fittingOf(ports, plan.instances, visit.view);
    const left = fitting.slice(skip);
    skip -= fitting.length - left.length;
    const shown = left.slice(0, plan.limit - rows.length);
    for (const instance of shown) {
      if (characters > charactersMax) return { rows, more: true, incomplete: true };
      const text = await instanceText(ports, visit, instance, { plan, root });
      characters += text.length;
      rows.push(text);
    }
    if (shown.length < left.length) return { rows, more: true, incomplete: false };
  }
  return { rows, more: false, incomplete: visited.length > VISITS_MAX };
}

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
  const own = instanceMembers(instance, `${series}/instances/${instance.instance}`);
  if (plan.includeAll || plan.extraTags.length > 0) {
    const header = (await headerOf(readExtract, view, instance)) ?? {};
    return objectText(askedOf(header, plan), above, own);
  }
  return above.size === 0 ? orderedText(own) : objectText(above, own);
}

/** Bulk data has no address in a search result, so it is left out. */
function askedOf(header: HeaderJson, { includeAll, extraTags }: SearchPlan): Members {
  const tags = includeAll ? Object.keys(header) : extraTags;
  return pickMembers(
    header,
    tags.filter((tag) => !('BulkDataURI' in (header[tag] ?? {}))),
  );
}
