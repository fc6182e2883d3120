import type { Pool } from 'pg';
import type { Disposal } from './disposal-ports.js';

const BATCHES_PER_ROUND_MAX = 16;
/** A worker that takes a study and dies leaves it to others after this. */
const LEASE_SECONDS = 60;

/** Makes the studies of batches whose grace is over work. */
export async function openDue(pool: Pool): Promise<void> {
  await pool.query(
    `insert into disposals (batch, claim, hospital, policy, policy_version, rule)
     select b.batch, s.claim, b.hospital, s.policy, s."policyVersion", s.rule
     from (select * from disposition_batches d where state = 'approved' and execute_after <= now()
         and exists (select from jsonb_to_recordset(d.studies) as t (claim text)
           where not exists (select from disposals w where w.batch = d.batch and w.claim = t.claim))
         order by execute_after limit ${BATCHES_PER_ROUND_MAX}) b,
       jsonb_to_recordset(b.studies) as s (claim text, policy text, "policyVersion" text, rule text)
     on conflict do nothing`,
  );
}

/** Takes the next study that is due, for a while. */
export async function takeDisposal(pool: Pool): Promise<Disposal | undefined> {
  const { rows } = await pool.query<Disposal>(
    `update disposals d set leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
     from (select batch, claim from disposals where step in ('waiting', 'started', 'executed') and due_at <= now() and leased_until < now()
       order by due_at limit 1 for update skip locked) as due
     where d.batch = due.batch and d.claim = due.claim
     returning d.batch, d.claim, d.hospital, d.policy, d.policy_version as "policyVersion", d.rule, d.step, d.packs`,
  );
  return rows[0];
}

/** A step that takes long goes on. */
export async function keepLease(pool: Pool, { batch, claim }: Disposal): Promise<void> {
  await pool.query(
    `update disposals set leased_until = now() + make_interval(secs => ${LEASE_SECONDS}) where batch = $1 and claim = $2`,
    [batch, claim],
  );
}
