import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { metadataOffers } from '#dicomweb/offers';
import { parseSearch } from '#dicomweb/search-query';
import type { SearchPlan } from '#index/search-plan';
import { CANDIDATES_MAX } from '#index/search-statement';
import { isStatementLate } from '#platform/statement-late';
import type { Answer } from '../answer.js';
import { ProblemException, searchTooBroad, searchTooSlow } from '../problem.js';
import { withFreshPlaces } from '../retrieve/read-extracts.js';
import { choose } from '../retrieve/representation.js';
import { countRemaining } from './count-remaining.js';
import { sealCursor } from './cursor.js';
import { findInstances } from './find-instances.js';
import { findRows } from './find-rows.js';
import { nextLink } from './next-link.js';
import { cursorScope, plannedSearch, queryProblem } from './planned-search.js';
import { recordSearch } from './record-search.js';
import { rowsAnswer } from './rows-answer.js';
import { SEARCH, type SearchingPorts, type SearchPorts } from './search-ports.js';
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
  const { plan, reach, reading } = await plannedSearch(ports, request, parsed.query);
  await refuseTooBroad(ports, plan);
  const { instances } = plan;
  const ownClaim = (study: string) => ports.ids.claim(reach.hospital, study);
  const addressing = { root: request.root, ownClaim };
  const found = await withFreshPlaces(() =>
    instances === undefined
      ? findRows(reading, plan, addressing)
      : findInstances(reading, { ...plan, instances }, addressing),
  );
  const next =
    found.last && nextLink(request, sealCursor(cursorScope(ports, request, reach), found.last));
  const remaining = await countRemaining(ports, plan, found);
  await recordSearch(ports, request, found);
  return rowsAnswer(found, { mediaType: chosen.offer.mediaType, plan, next, remaining });
}

async function refuseTooBroad({ findable }: SearchPorts, plan: SearchPlan): Promise<void> {
  if (plan.candidates === undefined) return;
  const [row] = await findable.rows(plan.candidates);
  if (Number(row?.['candidates']) > CANDIDATES_MAX) throw new ProblemException(searchTooBroad());
}
