import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { ChangeFeed } from '#index/change-feed';

export const CHANGES = Symbol('Changes');

/** What the routes of the feed are given. `wallMs`: milliseconds since 1970. */
export type ChangesPorts = Readonly<{
  feed: ChangeFeed;
  policyInForce: () => AccessPolicy;
  recordAccess: RecordAccess;
  wallMs: () => number;
}>;
