import { planSearch, type SearchPlan, type StudyFound } from '#index/search-plan';
import { positionOf, type SearchPosition } from '#index/search-position';
import type { SearchReach } from '#index/search-reach';
import { plannedWithKnown } from '../../search/planned-with-known.js';
import { statementOf } from '../../search/search-ports.js';
import type { ImagingPorts } from './imaging-ports.js';
import type { ImagingQuery } from './imaging-query.js';
import type { ImagingSearcher } from './imaging-searcher.js';

/** A page of studies within the caller's reach, what stands behind it, and how many there are in all where that is known exactly. */
export type ImagingFound = Readonly<{
  rows: readonly StudyFound[];
  last: SearchPosition | undefined;
  total: number | undefined;
}>;

/** Within what is searched: by the policy, and by the scopes of the token, which may keep the caller to one person (`onlyPerson`). `people`: opaque persons whose studies fit, left out: anybody's. `position`: only studies behind it. */
export type ImagingWithin = Readonly<{
  searcher: ImagingSearcher;
  onlyPerson: string | undefined;
  people?: readonly string[] | undefined;
  position?: SearchPosition | undefined;
}>;

const NOTHING: ImagingFound = { rows: [], last: undefined, total: 0 };

/** Runs the search that QIDO-RS runs, with the caller's reach in its statement: nothing beyond it is in the page, the total or the next page. */
export async function findImaging(
  ports: Pick<ImagingPorts, 'findable' | 'inOneGo' | 'knownBefore'>,
  query: ImagingQuery,
  asked: ImagingWithin,
): Promise<ImagingFound> {
  const people = peopleWithin(asked);
  if (query.isOfNothing || people?.length === 0) return NOTHING;
  const { searcher, position } = asked;
  const isPage = query.count > 0;
  const { planned, rows: ahead } = await plannedWithKnown(ports, searcher.who, {
    plan: async (known) => {
      const within = { reach: searcher.reach(known), people, position };
      return { within, plan: planOf(query, within) };
    },
    isReadAhead: isPage,
    statement: ({ plan }) => statementOf(plan),
  });
  const { within, plan } = planned;
  const found = isPage ? (ahead ?? (await ports.findable.rows(statementOf(plan)))) : [];
  const rows = found as readonly StudyFound[];
  const page = rows.slice(0, query.count);
  const end = page.at(-1);
  const hasMore = rows.length > page.length;
  const isAll = isPage && !hasMore && position === undefined;
  return {
    rows: page,
    last: hasMore && end !== undefined ? positionOf(end) : undefined,
    total: isAll ? page.length : await totalOf(ports, query, within),
  };
}

type Planned = Readonly<{
  reach: SearchReach;
  people: readonly string[] | undefined;
  position: SearchPosition | undefined;
}>;

const peopleWithin = ({ people, onlyPerson }: ImagingWithin): readonly string[] | undefined => {
  if (onlyPerson === undefined) return people;
  return people === undefined || people.includes(onlyPerson) ? [onlyPerson] : [];
};

function planOf(query: ImagingQuery, { reach, people, position }: Planned): SearchPlan {
  const plan = planSearch(
    'study',
    {},
    {
      ...{ matches: query.matches, includeAll: false, include: [], limit: query.count, offset: 0 },
      ...{ fuzzyMatching: false, emptyValueMatching: false, multipleValueMatching: false },
      ...{
        after: undefined,
        position,
        isAscending: query.isAscending,
        filter: { ...query.filter, ...(people && { people }) },
      },
    },
    reach,
  );
  if (!plan.ok) throw new Error('a search of studies was not planned');
  return plan;
}

/** Of all pages; undefined when there are more than are counted. */
async function totalOf(
  { findable }: Pick<ImagingPorts, 'findable'>,
  query: ImagingQuery,
  within: Planned,
): Promise<number | undefined> {
  if (!query.hasTotal && query.count > 0) return undefined;
  const { total } = planOf(query, { ...within, position: undefined });
  if (total === undefined) return undefined;
  const [counted] = await findable.rows(total.statement());
  const rows = Number(counted?.['rows']);
  return rows < total.rowsMax ? rows : undefined;
}
