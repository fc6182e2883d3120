import type { Pool } from 'pg';
import type { z } from 'zod';
import type { noticePage } from './notice-routes.js';

/** Whose notices: those for patients, for whoever brings them; or those for an organisation's data protection officer. */
export type Audience =
  | Readonly<{ audience: 'patient' }>
  | Readonly<{ audience: 'dpo'; organisation: string }>;

const IDENTIFIERS = `, (select coalesce(jsonb_agg(jsonb_build_object('authority', k.authority, 'value', k.value)), '[]')
  from patient_ids k where k.person = coalesce(p.person, n.patient)) as identifiers`;

/** A page of notices, the oldest first. */
export async function listNotices(
  pool: Pool,
  to: Audience,
  { state, after, limit }: z.output<typeof noticePage>,
): Promise<Readonly<{ items: readonly unknown[]; more: boolean }>> {
  const { rows } = await pool.query(
    `select n.id, n.kind, n.audience, n.subject, coalesce(p.person, n.patient) as person, n.organisation,
       n.created_at as "createdAt", n.delivered_at as "deliveredAt"${to.audience === 'patient' ? IDENTIFIERS : ''}
     from notices n left join patient_ids p on p.patient = n.patient
     where n.audience = $1 and ($2::text is null or n.organisation = $2)
       and n.delivered_at is ${state === 'waiting' ? 'null' : 'not null'}
       and ($3::text is null or (n.created_at, n.id) > (select a.created_at, a.id from notices a where a.id = $3))
     order by n.created_at, n.id limit $4`,
    [to.audience, organisationOf(to), after ?? null, limit + 1],
  );
  return { items: rows.slice(0, limit), more: rows.length > limit };
}

/** False when there is none of this id for the audience. What was told stays told when it was. */
export async function markDelivered(
  pool: Pool,
  to: Audience,
  id: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update notices set delivered_at = coalesce(delivered_at, $4)
     where id = $3 and audience = $1 and ($2::text is null or organisation = $2)`,
    [to.audience, organisationOf(to), id, now],
  );
  return rowCount === 1;
}

const organisationOf = (to: Audience): string | null =>
  to.audience === 'dpo' ? to.organisation : null;
