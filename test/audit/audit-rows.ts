import type { Pool } from 'pg';
import type { AccessPersonal } from '#archive/access/access-facts';
import type { KeyRing } from '#events/key-ring';
import { keysOf, openAudit } from '#evidence/audit-personal';

/** A record as it stands, with its sealed part opened. */
export type AuditRow = Readonly<{
  id: string;
  kind: string;
  action: string;
  outcome: string;
  rule: string;
  organisation: string;
  hospital: string;
  claim: string;
  isWindow: boolean;
  personal: AccessPersonal | undefined;
}>;

/** All records, in the order in which they came. */
export async function auditRows(
  pool: Pool,
  keys: Pick<KeyRing, 'find'>,
): Promise<readonly AuditRow[]> {
  const { rows } = await pool.query(
    `select id, kind, action, outcome, rule, organisation, hospital, claim, window_start is not null as "isWindow",
       sealed_key as "sealedKey", sealed from audit_records order by xid, position`,
  );
  const ring = await keysOf(keys, rows);
  return rows.map(({ sealedKey, sealed, ...row }) => ({
    ...row,
    personal: openAudit(ring, { id: row.id, sealedKey, sealed }),
  }));
}
