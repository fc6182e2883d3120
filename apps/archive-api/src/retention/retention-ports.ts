import type { Pool } from 'pg';
import type { Findable } from '#index/findable';
import type { OpaqueIds } from '#index/opaque-ids';
import type { RetentionCommands, RetentionPolicies } from '#index/retention-commands';
import type { RetentionDifference, TriedRetention } from '#index/retention-difference';

export const RETENTION = Symbol('Retention');

/** What schedules hang on, and what other policies would change. */
export type RetentionDesk = RetentionPolicies &
  RetentionCommands &
  Readonly<{
    tryOut: (tried: TriedRetention, signal: AbortSignal) => Promise<RetentionDifference>;
  }>;

/** What the routes of keeping are given. `wallMs`: milliseconds since 1970. */
export type RetentionPorts = Readonly<{
  pool: Pool;
  ids: OpaqueIds;
  retention: RetentionDesk;
  rows: Findable['rows'];
  wallMs: () => number;
}>;
