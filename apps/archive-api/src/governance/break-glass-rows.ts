import type { Pool } from 'pg';
import type { z } from 'zod';
import type { queuePage } from './governance-route.js';

type GlassRow = Readonly<{
  id: string;
  patient: string;
  organisation: string;
  actor: string;
  opened_at: Date;
  valid_until: Date;
  review_due: Date;
  reviewed_at: Date | null;
  outcome: string | null;
}>;

/** Broken glass as it is shown; times in ISO 8601. */
export type Glass = ReturnType<typeof shown>;

const COLUMNS =
  'id, patient, organisation, actor, opened_at, valid_until, review_due, reviewed_at, outcome';
const STATES = {
  open: 'reviewed_at is null',
  overdue: 'reviewed_at is null and review_due < $2',
  reviewed: 'reviewed_at is not null',
} as const;

type Queue = z.output<typeof queuePage> & Readonly<{ organisation: string; now: Date }>;

/** A page of an organisation's queue, the review that is due first before others. */
export async function listGlass(
  pool: Pool,
  { organisation, now, state, after, limit }: Queue,
): Promise<Readonly<{ items: readonly Glass[]; more: boolean }>> {
  const { rows } = await pool.query<GlassRow>(
    `select ${COLUMNS} from break_glass where organisation = $1 and ${STATES[state]} and $2::timestamptz is not null
       and ($3::text is null or (review_due, id) > (select g.review_due, g.id from break_glass g where g.id = $3))
     order by review_due, id limit $4`,
    [organisation, now, after ?? null, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => shown(row, now));
  return { items, more: rows.length > limit };
}

/** One of an organisation; undefined when there is none of this id. */
export async function findGlass(
  pool: Pool,
  organisation: string,
  id: string,
  now: Date,
): Promise<Glass | undefined> {
  const { rows } = await pool.query<GlassRow>(
    `select ${COLUMNS} from break_glass where organisation = $1 and id = $2`,
    [organisation, id],
  );
  return rows[0] && shown(rows[0], now);
}

type Opener = Readonly<{ patient: string; organisation: string; actor: string; now: Date }>;

/** What is open now of one person for one patient; the first of it. */
export async function findOpenGlass(
  pool: Pool,
  { patient, organisation, actor, now }: Opener,
): Promise<Glass | undefined> {
  const { rows } = await pool.query<GlassRow>(
    `select ${COLUMNS} from break_glass where patient = $1 and organisation = $2 and actor = $3 and valid_until > $4
     order by opened_at limit 1`,
    [patient, organisation, actor, now],
  );
  return rows[0] && shown(rows[0], now);
}

const shown = (row: GlassRow, now: Date) => ({
  id: row.id,
  patient: row.patient,
  organisation: row.organisation,
  actor: row.actor,
  openedAt: row.opened_at.toISOString(),
  until: row.valid_until.toISOString(),
  reviewDue: row.review_due.toISOString(),
  overdue: row.reviewed_at === null && row.review_due < now,
  reviewedAt: row.reviewed_at?.toISOString() ?? null,
  outcome: row.outcome,
});
