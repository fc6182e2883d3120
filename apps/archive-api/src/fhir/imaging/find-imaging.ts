import { planSearch, type SearchPlan, type StudyFound } from '#index/search-plan';
import { positionOf, type SearchPosition } from '#index/search-position';
import type { SearchReach } from '#index/search-reach';
import type { Caller } from '../../caller/caller.js';
import { statementOf } from '../../search/search-ports.js';
import { searchReachOf } from '../../search/search-reach-of.js';
import type { ImagingPorts } from './imaging-ports.js';
import type { ImagingQuery } from './imaging-query.js';

/** A page of studies within the caller's reach, what stands behind it, and how many there are in all where that is known exactly. */
export type ImagingFound = Readonly<{
  rows: readonly StudyFound[];
  last: SearchPosition | undefined;
  total: number | undefined;
}>;

/** What this caller may find: by the policy, and by the scopes of their token, which may keep them to one person. */
export type CallerReach = Readonly<{ reach: SearchReach; onlyPerson: string | undefined }>;

/** `people`: opaque persons whose studies fit, left out: anybody's. `position`: only studies behind it. */
export type ImagingWithin = CallerReach &
  Readonly<{
    people?: readonly string[] | undefined;
    position?: SearchPosition | undefined;
  }>;

export const callerReach = async (ports: ImagingPorts, caller: Caller): Promise<CallerReach> => ({
  reach: await searchReachOf(ports, caller),
  onlyPerson: caller.onlyPerson,
});

const NOTHING: ImagingFound = { rows: [], last: undefined, total: 0 };

/** Runs the search that QIDO-RS runs, with the caller's reach in its statement: nothing beyond it is in the page, the total or the next page. */
export async function findImaging(
  { findable }: Pick<ImagingPorts, 'findable'>,
  query: ImagingQuery,
  asked: ImagingWithin,
): Promise<ImagingFound> {
  const within = { ...asked, people: peopleWithin(asked) };
  if (query.isOfNothing || within.people?.length === 0) return NOTHING;
  const rows =
    query.count === 0
      ? []
      : ((await findable.rows(statementOf(planOf(query, within)))) as readonly StudyFound[]);
  const page = rows.slice(0, query.count);
  const end = page.at(-1);
  const hasMore = rows.length > page.length;
  const isAll = query.count > 0 && !hasMore && within.position === undefined;
  return {
    rows: page,
    last: hasMore && end !== undefined ? positionOf(end) : undefined,
    total: isAll ? page.length : await totalOf({ findable }, query, within),
  };
}

const peopleWithin = ({ people, onlyPerson }: ImagingWithin): readonly string[] | undefined => {
  if (onlyPerson === undefined) return people;
  return people === undefined || people.includes(onlyPerson) ? [onlyPerson] : [];
};

function planOf(query: ImagingQuery, { reach, people, position }: ImagingWithin): SearchPlan {
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
  within: ImagingWithin,
): Promise<number | undefined> {
  if (!query.hasTotal && query.count > 0) return undefined;
  const { total } = planOf(query, { ...within, position: undefined });
  if (total === undefined) return undefined;
  const [counted] = await findable.rows(total.statement());
  const rows = Number(counted?.['rows']);
  return rows < total.rowsMax ? rows : undefined;
}
