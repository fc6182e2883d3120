import type { Event } from '#events/event';
import type { AccessPolicy } from './access/access-table.js';
import type { MatchWindowsPublished } from './match-events.js';
import type { RetentionPolicyPublished } from './retention-events.js';

/** Who may see what from now on, whole: the table is data. `basedOn` is the version that it took the place of. */
export type AccessPolicyPublished = Event<
  'AccessPolicyPublished',
  { basedOn: string; policy: AccessPolicy }
>;

export type PolicyEvent = AccessPolicyPublished | MatchWindowsPublished | RetentionPolicyPublished;

/** `policy` is what it is about: `access`, `match-windows`, `retention`. */
export const policyStream = (policy: string) => `policy-${policy}`;
