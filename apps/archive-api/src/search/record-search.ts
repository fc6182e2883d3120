import { decideAction } from '#archive/access/decide-access';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { Found, SearchingPorts } from './search-ports.js';
import type { SearchRequest } from './search-request.js';

/** Characters of a query that its record keeps. */
const QUERY_CHARACTERS_MAX = 2_000;

type RecordPorts = Pick<SearchingPorts, 'recordAccess' | 'policyInForce'>;

/** What was searched for and found. `kind`: of resource; `query`: as it was asked. */
export type Searched = Readonly<{ kind: string; query: string; claims: ReadonlySet<string> }>;

/** Writes down who searched for what and whose studies were found; resolves when that is durable. */
export function recordSearch(
  ports: RecordPorts,
  { caller, level, scope, queryString }: SearchRequest,
  { claims }: Found,
): Promise<void> {
  const query = [...Object.entries(scope).flat(), `${level}?${queryString}`].join('/');
  return recordSearched(ports, caller, { kind: level, query, claims });
}

/** The same for a search that is not of DICOM. */
export function recordSearched(
  { recordAccess, policyInForce }: RecordPorts,
  caller: Caller,
  { kind, query, claims }: Searched,
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const { organisation } = subject;
  const decision = decideAction(subject, 'search', organisation, policyInForce());
  const { rule, version, obligations } = decision;
  return recordAccess({
    subject,
    action: 'search',
    outcome: 'permit',
    rule,
    policyVersion: version,
    obligations,
    claim: null,
    hospital: null,
    person: null,
    kind,
    personal: {
      ...personalOf(caller),
      query: query.slice(0, QUERY_CHARACTERS_MAX),
      claims: [...claims],
    },
  });
}
