import type { Pool, PoolClient } from 'pg';
import type { ProvenRecord } from '../audit-chain.js';

/** A moment as it is proven. */
export const MOMENT = (column: string) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** All columns of a record by the names of ProvenRecord. */
export const RECORD = `id::text, xid::text, position::text, ${MOMENT('recorded_at')} as "recordedAt", kind, action, outcome, rule,
  policy_version as "policyVersion", actor, organisation, roles, machine, behalf_actor as "behalfActor",
  behalf_organisation as "behalfOrganisation", purpose, hospital, claim, person, break_glass as "breakGlass", obligations,
  ${MOMENT('window_start')} as "windowStart", repeats, sealed_key as "sealedKey",
  replace(encode(sealed, 'base64'), e'\\n', '') as sealed`;

/** A place in the order of records: behind it, the first transaction below which all is over (design D16). */
export type AuditPlace = Readonly<{ lastXid: string; lastPosition: string }>;
export const AUDIT_START: AuditPlace = { lastXid: '0', lastPosition: '0' };

const PAGE = {
  name: 'audit-page',
  text: `select ${RECORD} from audit_records
    where (xid, position) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by audit_records.xid, audit_records.position limit $3`,
};

/** Records behind a place, in their order; none is skipped that commits late. */
export async function recordsAfter(
  db: Pool | PoolClient,
  { lastXid, lastPosition }: AuditPlace,
  limit: number,
): Promise<readonly ProvenRecord[]> {
  const values = [lastXid, lastPosition, limit];
  return (await db.query<ProvenRecord>({ ...PAGE, values })).rows;
}
