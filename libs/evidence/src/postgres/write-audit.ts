import type { Pool } from 'pg';
import type { KeyRing, Random } from '#events/key-ring';
import type { AuditEntry } from '../audit-entry.js';
import { auditKeyOf, sealAudit } from '../audit-personal.js';

export type WriteAuditPorts = Readonly<{
  pool: Pool;
  keys: Pick<KeyRing, 'ensure'>;
  wallMs: () => number;
  random: Random;
}>;

const OPEN = `kind, action, outcome, rule, "policyVersion", actor, organisation, roles, machine, "behalfActor", "behalfOrganisation",
  purpose, hospital, claim, person, "breakGlass", obligations, "windowStart", repeats`;

const WRITE = {
  name: 'audit-write',
  text: `insert into audit_records (id, sealed_key, sealed, kind, action, outcome, rule, policy_version, actor, organisation, roles, machine,
      behalf_actor, behalf_organisation, purpose, hospital, claim, person, break_glass, obligations, window_start, repeats)
    select id, $2, decode(sealed, 'base64'), ${OPEN}
    from json_to_recordset($1) as entry (id uuid, sealed text, kind text, action text, outcome text, rule text, "policyVersion" text,
      actor text, organisation text, roles text[], machine boolean, "behalfActor" text, "behalfOrganisation" text, purpose text,
      hospital text, claim text, person text, "breakGlass" boolean, obligations text[], "windowStart" timestamptz, repeats int)
    on conflict (id) do nothing`,
};

/** Writes records in one statement that commits by itself: when it resolves, they survive a crash. */
export const writeAudit =
  ({ pool, keys, wallMs, random }: WriteAuditPorts) =>
  async (entries: readonly AuditEntry[]): Promise<void> => {
    const keyId = auditKeyOf(wallMs());
    const key = (await keys.ensure([keyId])).get(keyId);
    if (key === undefined || key === 'destroyed')
      throw new Error('the key of this month’s audit is destroyed');
    const rows = entries.map(({ id, open, personal }) => ({
      id,
      ...open,
      sealed: sealAudit(key, id, personal, random).toString('base64'),
    }));
    await pool.query({ ...WRITE, values: [JSON.stringify(rows), keyId] });
  };
