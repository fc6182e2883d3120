import type { Pool } from 'pg';
import type { z } from 'zod';
import type { queuePage } from './governance-route.js';
import type { relationshipPage } from './relationship-routes.js';

/** Whose relationships: of the whole organisation, and of this member of it. */
export type Member = Readonly<{ organisation: string; actor: string; now: Date }>;

type Page = Readonly<{ items: readonly Readonly<Record<string, unknown>>[]; more: boolean }>;

/** What holds now, the last that began first. */
export async function listRelationships(
  pool: Pool,
  { organisation, actor, now }: Member,
  { after, limit }: z.output<typeof relationshipPage>,
): Promise<Page> {
  const { rows } = await pool.query(
    `select id, patient, kind, organisation, nullif(actor, '') as actor, nullif(claim, '') as claim, valid_from as "from",
       case when isfinite(valid_until) then valid_until end as until from relationships
     where organisation = $1 and actor in ('', $2) and valid_until > $3
       and ($4::text is null or (valid_from, id) < (select r.valid_from, r.id from relationships r where r.id = $4))
     order by valid_from desc, id desc limit $5`,
    [organisation, actor, now, after ?? null, limit + 1],
  );
  return { items: rows.slice(0, limit), more: rows.length > limit };
}

/** A relationship of an organisation; `until` null while it is open. */
export async function findRelationship(
  pool: Pool,
  organisation: string,
  id: string,
): Promise<Readonly<{ patient: string; kind: string; actor: string; until: Date }> | undefined> {
  const { rows } = await pool.query(
    'select patient, kind, actor, valid_until as until from relationships where organisation = $1 and id = $2',
    [organisation, id],
  );
  return rows[0];
}

const STATES = {
  open: 'reviewed_at is null',
  overdue: 'reviewed_at is null and review_due < $2',
  reviewed: 'reviewed_at is not null',
} as const;

type Queue = z.output<typeof queuePage> & Readonly<{ organisation: string; now: Date }>;

/** What was drawn for review in an organisation, the review that is due first before others. */
export async function listReviews(
  pool: Pool,
  { organisation, now, state, after, limit }: Queue,
): Promise<Page> {
  const { rows } = await pool.query(
    `select id, patient, organisation, actor, declared_at as "declaredAt", review_due as "reviewDue",
       reviewed_at is null and review_due < $2 as overdue, reviewed_at as "reviewedAt", outcome
     from relationship_reviews where organisation = $1 and ${STATES[state]}
       and ($3::text is null or (review_due, id) > (select r.review_due, r.id from relationship_reviews r where r.id = $3))
     order by review_due, id limit $4`,
    [organisation, now, after ?? null, limit + 1],
  );
  return { items: rows.slice(0, limit), more: rows.length > limit };
}

/** Whose relationship a review of an organisation is about; undefined when none of this id was drawn. */
export async function findReviewed(
  pool: Pool,
  organisation: string,
  id: string,
): Promise<string | undefined> {
  const { rows } = await pool.query(
    'select patient from relationship_reviews where organisation = $1 and id = $2',
    [organisation, id],
  );
  return rows[0]?.patient;
}
