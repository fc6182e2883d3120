import type { AccessSubject } from '#archive/access/access-facts';
import { whoseRights } from '#archive/access/decide-access';
import type { SearchProblem, SearchQuery } from '#dicomweb/search-query';
import { reachOf } from '#index/access-reach';
import type { Rows, Statement } from '#index/findable';
import type { Known } from '#index/known-of-searcher';
import { hospitalsIn, locateStatement, namesInstances } from '#index/locate-instances';
import { namedInSearch } from '#index/search-person';
import { planSearch, type SearchPlan } from '#index/search-plan';
import type { SearchPosition } from '#index/search-position';
import type { SearchReach } from '#index/search-reach';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { malformedQuery, ProblemException } from '../problem.js';
import { type CursorScope, openCursor } from './cursor.js';
import { plannedWithKnown } from './planned-with-known.js';
import { type SearchingPorts, type SearchPorts, statementOf } from './search-ports.js';
import type { SearchRequest } from './search-request.js';

/** What a search runs, what it may find, and the ports that it reads by: rows that were read with the plan are not read again. */
export type PlannedSearch = Readonly<{
  plan: SearchPlan;
  reach: SearchReach;
  reading: SearchingPorts;
}>;

type Planner = Readonly<{
  /** Whose rights count. */
  who: AccessSubject;
  plan: (known: Known) => Promise<Readonly<{ plan: SearchPlan; reach: SearchReach }>>;
}>;

/** Plans a search with what the policy in force lets its caller find at this moment; its page may be read with what is looked up of them. */
export async function plannedSearch(
  ports: SearchingPorts,
  request: SearchRequest,
  query: SearchQuery,
): Promise<PlannedSearch> {
  const { who, plan } = await plannerOf(ports, request, query);
  const { planned, rows } = await plannedWithKnown(ports, who, {
    plan,
    isReadAhead: !isLocated(request, query),
    statement: (guessed) =>
      guessed.plan.candidates === undefined ? statementOf(guessed.plan) : undefined,
  });
  const reading = rows === undefined ? ports : havingRead(ports, planned.plan.statement, rows);
  return { ...planned, reading };
}

async function plannerOf(
  ports: SearchPorts,
  request: SearchRequest,
  query: SearchQuery,
): Promise<Planner> {
  const subject = accessSubjectOf(request.caller);
  const policy = ports.policyInForce();
  const at = new Date(ports.wallMs()).toISOString();
  const person = await personIn(ports, request, query);
  return {
    who: whoseRights(subject, policy) ?? subject,
    plan: async (known) => {
      const reach = reachOf(subject, 'search', { policy, at, known });
      const position = positionIn(cursorScope(ports, request, reach), query);
      const located = await locate(ports, request, query, reach);
      const planned = planSearch(
        request.level,
        request.scope,
        { ...query, position, located, person, ...onlyOf(request.caller) },
        reach,
      );
      if (!planned.ok) throw new ProblemException(queryProblem(planned.problems));
      return { plan: planned, reach };
    },
  };
}

/** A token for one patient finds nothing else. */
const onlyOf = ({ onlyPerson }: Caller) =>
  onlyPerson === undefined ? {} : { filter: { people: [onlyPerson] } };

/** The ports, which give these rows to the first who asks for them; later ones read again. */
function havingRead(ports: SearchingPorts, { values }: Statement, rows: Rows): SearchingPorts {
  let ready: Rows | undefined = rows;
  const read = (statement: Statement): Promise<Rows> => {
    const known = statement.values === values ? ready : undefined;
    if (known === undefined) return ports.findable.rows(statement);
    ready = undefined;
    return Promise.resolve(known);
  };
  return { ...ports, findable: { ...ports.findable, rows: read } };
}

/** Whose identifier the search names whole; studies of that person fit, whatever identifier they bear (design D7). */
async function personIn(
  { personNamed }: SearchPorts,
  { caller }: SearchRequest,
  { matches }: SearchQuery,
): Promise<string | undefined> {
  const named = namedInSearch(matches);
  return named && personNamed(caller, named);
}

/** Whether series have to be located first: instances are named, and the path doesn't say which series they are of. */
const isLocated = ({ level, scope }: SearchRequest, query: SearchQuery): boolean =>
  level === 'instance' && scope.series === undefined && namesInstances(query);

/** Series that hold the instances that were named; undefined when none have to be located. */
async function locate(
  { findable, ids }: SearchPorts,
  request: SearchRequest,
  query: SearchQuery,
  reach: SearchReach,
): Promise<readonly string[] | undefined> {
  if (!isLocated(request, query)) return undefined;
  const statement = locateStatement(query, ids, await hospitalsIn(findable, reach));
  return (await findable.rows(statement)).map(({ series }) => String(series));
}

/** Whose cursors a search takes and gives. */
export const cursorScope = (
  { ids }: SearchPorts,
  { level }: SearchRequest,
  { hospital }: SearchReach,
): CursorScope => ({ ids, hospital, level });

function positionIn(cursors: CursorScope, { after }: SearchQuery): SearchPosition | undefined {
  if (after === undefined) return undefined;
  const position = openCursor(cursors, after);
  if (position !== undefined) return position;
  throw new ProblemException(queryProblem([{ parameter: 'after', fault: 'bad-value' }]));
}

const PROBLEMS_SHOWN_MAX = 10;

export const queryProblem = (problems: readonly SearchProblem[]) =>
  malformedQuery(
    `${problems
      .slice(0, PROBLEMS_SHOWN_MAX)
      .map(({ parameter, fault }) => `${parameter}: ${fault}`)
      .join(', ')}.`,
  );
