import type { Event } from '#events/event';
import type { AccessPolicy } from './access/access-table.js';

/** Who may see what from now on, whole: the table is data. `basedOn` is the version that it took the place of. */
export type AccessPolicyPublished = Event<
  'AccessPolicyPublished',
  { basedOn: string; policy: AccessPolicy }
>;

export type PolicyEvent = AccessPolicyPublished;

/** `policy` is what it is about: `access`. */
export const policyStream = (policy: string) => `policy-${policy}`;
