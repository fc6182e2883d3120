import type { Pool } from 'pg';
import { type CareTerms, careTermsOf } from '#archive/care/care-terms';

/** The terms of care where this hospital is. */
export async function hospitalTerms(pool: Pool, hospital: string): Promise<CareTerms> {
  const { rows } = await pool.query({
    name: 'hospital-jurisdiction',
    text: `select coalesce(settings ->> 'jurisdiction', '') as jurisdiction from hospitals where hospital = $1`,
    values: [hospital],
  });
  return careTermsOf(rows[0]?.jurisdiction ?? '');
}
