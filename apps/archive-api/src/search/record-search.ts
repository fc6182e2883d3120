import { decideAction } from '#archive/access/decide-access';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Found, SearchingPorts } from './search-ports.js';
import type { SearchRequest } from './search-request.js';

/** Characters of a query that its record keeps. */
const QUERY_CHARACTERS_MAX = 2_000;

/** Writes down who searched for what and whose studies were found; resolves when that is durable. */
export function recordSearch(
  { recordAccess, policyInForce }: Pick<SearchingPorts, 'recordAccess' | 'policyInForce'>,
  { caller, level, scope, queryString }: SearchRequest,
  { claims }: Found,
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const { organisation } = subject;
  const decision = decideAction(subject, 'search', organisation, policyInForce());
  const { rule, version, obligations } = decision;
  const path = [...Object.entries(scope).flat(), `${level}?${queryString}`].join('/');
  const query = path.slice(0, QUERY_CHARACTERS_MAX);
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
    kind: level,
    personal: { ...personalOf(caller), query, claims: [...claims] },
  });
}
