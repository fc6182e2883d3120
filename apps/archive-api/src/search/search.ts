import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { metadataOffers } from '#dicomweb/offers';
import { parseSearch, type SearchProblem, type SearchQuery } from '#dicomweb/search-query';
import { hospitalsIn, locateStatement, namesInstances } from '#index/locate-instances';
import { namedInSearch } from '#index/search-person';
import { type PlannableQuery, planSearch, type SearchPlan } from '#index/search-plan';
import type { SearchPosition } from '#index/search-position';
import type { SearchReach } from '#index/search-reach';
import { CANDIDATES_MAX } from '#index/search-statement';
import { isStatementLate } from '#platform/statement-late';
import type { Answer } from '../answer.js';
import type { Caller } from '../caller/caller.js';
import { malformedQuery, ProblemException, searchTooBroad, searchTooSlow } from '../problem.js';
import { withFreshPlaces } from '../retrieve/read-extracts.js';
import { choose } from '../retrieve/representation.js';
import { countRemaining } from './count-remaining.js';
import { type CursorScope, openCursor, sealCursor } from './cursor.js';
import { findInstances } from './find-instances.js';
import { findRows } from './find-rows.js';
import { nextLink } from './next-link.js';
import { recordSearch } from './record-search.js';
import { rowsAnswer } from './rows-answer.js';
import { SEARCH, type SearchingPorts, type SearchPorts } from './search-ports.js';
import { searchReachOf } from './search-reach-of.js';
import type { SearchRequest } from './search-request.js';

export class Search extends Query<Answer> {
  constructor(readonly request: SearchRequest) {
    super();
  }
}

@QueryHandler(Search)
export class SearchHandler implements IQueryHandler<Search> {
  constructor(@Inject(SEARCH) private readonly ports: SearchingPorts) {}

  execute({ request }: Search): Promise<Answer> {
    return search(this.ports, request).catch(refuseTooSlow);
  }
}

const SLOW_RETRY_SECONDS = 10;

/** A search that the database gives up is answered as one that may be tried again. */
export function refuseTooSlow(error: unknown): never {
  throw isStatementLate(error) ? new ProblemException(searchTooSlow(SLOW_RETRY_SECONDS)) : error;
}

const OFFERS = metadataOffers();

/** The Search Transaction (PS3.18 §10.6): parse, plan with the caller's reach in it, rows, text. */
async function search(ports: SearchingPorts, request: SearchRequest): Promise<Answer> {
  const chosen = choose(OFFERS, request.asked);
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  const parsed = parseSearch(request.queryString);
  if (!parsed.ok) throw new ProblemException(queryProblem(parsed.problems));
  const reach = await searchReachOf(ports, request.caller);
  const cursors = { ids: ports.ids, hospital: reach.hospital, level: request.level };
  const position = positionOf(cursors, parsed.query);
  const located = await locate(ports, request, parsed.query, reach);
  const person = await personIn(ports, request, parsed.query);
  const plan = planned(
    request,
    { ...parsed.query, position, located, person, ...onlyOf(request.caller) },
    reach,
  );
  await refuseTooBroad(ports, plan);
  const { instances } = plan;
  const ownClaim = (study: string) => ports.ids.claim(reach.hospital, study);
  const addressing = { root: request.root, ownClaim };
  const found = await withFreshPlaces(() =>
    instances === undefined
      ? findRows(ports, plan, addressing)
      : findInstances(ports, { ...plan, instances }, addressing),
  );
  const next = found.last && nextLink(request, sealCursor(cursors, found.last));
  const remaining = await countRemaining(ports, plan, found);
  await recordSearch(ports, request, found);
  return rowsAnswer(found, { mediaType: chosen.offer.mediaType, plan, next, remaining });
}

/** A token for one patient finds nothing else. */
const onlyOf = ({ onlyPerson }: Caller) =>
  onlyPerson === undefined ? {} : { filter: { people: [onlyPerson] } };

/** Whose identifier the search names whole; studies of that person fit, whatever identifier they bear (design D7). */
async function personIn(
  { personNamed }: SearchPorts,
  { caller }: SearchRequest,
  { matches }: SearchQuery,
): Promise<string | undefined> {
  const named = namedInSearch(matches);
  return named && personNamed(caller, named);
}

/** Series that hold the instances that were named; undefined when none were, or the path says which series it is. */
async function locate(
  { findable, ids }: SearchPorts,
  { level, scope }: SearchRequest,
  query: SearchQuery,
  reach: SearchReach,
): Promise<readonly string[] | undefined> {
  if (level !== 'instance' || scope.series !== undefined) return undefined;
  if (!namesInstances(query)) return undefined;
  const statement = locateStatement(query, ids, await hospitalsIn(findable, reach));
  return (await findable.rows(statement)).map(({ series }) => String(series));
}

function positionOf(cursors: CursorScope, { after }: SearchQuery): SearchPosition | undefined {
  if (after === undefined) return undefined;
  const position = openCursor(cursors, after);
  if (position !== undefined) return position;
  throw new ProblemException(queryProblem([{ parameter: 'after', fault: 'bad-value' }]));
}

function planned(
  { level, scope }: SearchRequest,
  query: PlannableQuery,
  reach: SearchReach,
): SearchPlan {
  const plan = planSearch(level, scope, query, reach);
  if (!plan.ok) throw new ProblemException(queryProblem(plan.problems));
  return plan;
}

const PROBLEMS_SHOWN_MAX = 10;

const queryProblem = (problems: readonly SearchProblem[]) =>
  malformedQuery(
    `${problems
      .slice(0, PROBLEMS_SHOWN_MAX)
      .map(({ parameter, fault }) => `${parameter}: ${fault}`)
      .join(', ')}.`,
  );

async function refuseTooBroad({ findable }: SearchPorts, plan: SearchPlan): Promise<void> {
  if (plan.candidates === undefined) return;
  const [row] = await findable.rows(plan.candidates);
  if (Number(row?.['candidates']) > CANDIDATES_MAX) throw new ProblemException(searchTooBroad());
}
