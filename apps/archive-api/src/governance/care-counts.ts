import type { Pool } from 'pg';

/** What of a kind waits for data protection officers, in numbers. */
export type CareCounts = Readonly<{
  kind: 'break-glass' | 'relationship' | 'legal-hold';
  open: number;
  overdue: number;
}>;

/** Counts it, as of this moment in milliseconds since 1970. */
export async function countCare(pool: Pool, wallMs: number): Promise<readonly CareCounts[]> {
  const counts = `count(*)::int as open, (count(*) filter (where review_due < $1))::int as overdue`;
  const { rows } = await pool.query({
    name: 'care-counts',
    text: `select 'break-glass' as kind, ${counts} from break_glass where reviewed_at is null
      union all select 'relationship', ${counts} from relationship_reviews where reviewed_at is null
      union all select 'legal-hold', ${counts} from legal_holds where status <> 'released'`,
    values: [new Date(wallMs)],
  });
  return rows;
}
