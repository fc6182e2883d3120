import type { AccessSubject } from '#archive/access/access-facts';
import { whoseRights } from '#archive/access/decide-access';
import { reachOf } from '#index/access-reach';
import type { Known } from '#index/known-of-searcher';
import type { SearchReach } from '#index/search-reach';
import { accessSubjectOf } from '../../caller/access-subject.js';
import type { Caller } from '../../caller/caller.js';
import type { ImagingPorts } from './imaging-ports.js';

/** Who searches: whose rights count, in whose name cursors are sealed, and what the policy in force lets them find at this moment. */
export type ImagingSearcher = Readonly<{
  who: AccessSubject;
  hospital: string;
  reach: (known: Known) => SearchReach;
}>;

export function imagingSearcher(
  { policyInForce, wallMs }: Pick<ImagingPorts, 'policyInForce' | 'wallMs'>,
  caller: Caller,
): ImagingSearcher {
  const subject = accessSubjectOf(caller);
  const policy = policyInForce();
  const at = new Date(wallMs()).toISOString();
  const who = whoseRights(subject, policy) ?? subject;
  return {
    who,
    hospital: who.organisation,
    reach: (known) => reachOf(subject, 'search', { policy, at, known }),
  };
}
