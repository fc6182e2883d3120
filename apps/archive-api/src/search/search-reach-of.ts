import { whoseRights } from '#archive/access/decide-access';
import { reachOf } from '#index/access-reach';
import { knownOf } from '#index/known-of-searcher';
import type { SearchReach } from '#index/search-reach';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { SearchPorts } from './search-ports.js';

/** What the policy in force lets this caller find at this moment; it stands in the statement. */
export async function searchReachOf(
  { policyInForce, wallMs, findable }: Pick<SearchPorts, 'policyInForce' | 'wallMs' | 'findable'>,
  caller: Caller,
): Promise<SearchReach> {
  const subject = accessSubjectOf(caller);
  const policy = policyInForce();
  const known = await knownOf(findable, whoseRights(subject, policy) ?? subject);
  return reachOf(subject, 'search', { policy, at: new Date(wallMs()).toISOString(), known });
}
