import type { Pool } from 'pg';
import type { CareCommands } from '#index/care-commands';
import type { OpaqueIds } from '#index/opaque-ids';

export const CARE = Symbol('Care');

/** What the routes of care are given. `wallMs`: milliseconds since 1970. */
export type CarePorts = Readonly<{
  pool: Pool;
  ids: OpaqueIds;
  care: CareCommands;
  wallMs: () => number;
}>;
