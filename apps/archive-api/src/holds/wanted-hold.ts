import type { Pool } from 'pg';
import type { z } from 'zod';
import { AGENCY } from '#archive/access/agency';
import type { WantedHold } from '#index/hold-desk';
import type { OpaqueIds } from '#index/opaque-ids';
import type { Caller } from '../caller/caller.js';
import { badRequest, notFound, ProblemException } from '../problem.js';
import type { openHoldBody } from './hold-routes.js';

type Body = z.output<typeof openHoldBody>;
type About = Pick<WantedHold, 'patient' | 'claim' | 'criteria'>;

/** Whose cases a caller keeps: '' for the agency, whose holds are for all hospitals. */
export const keptBy = ({ hospital }: Caller): string => (hospital === AGENCY ? '' : hospital);

/** What a body asks for, in opaque ids. Throws a problem when the study isn't the caller's. */
export async function wantedHold(
  { pool, ids }: Readonly<{ pool: Pool; ids: OpaqueIds }>,
  caller: Caller,
  { scope, reason, reviewDue }: Body,
): Promise<WantedHold> {
  const nothing: About = { patient: '', claim: '', criteria: null };
  const wanted = { scope: scope.kind, reason, reviewDue: new Date(reviewDue).toISOString() };
  switch (scope.kind) {
    case 'patient': {
      const { authority, value } = scope.patient;
      return { ...wanted, ...nothing, patient: ids.patient(authority, value) };
    }
    case 'study': {
      const claim = scope.claim ?? ids.claim(caller.hospital, scope.study ?? '');
      await requireOwn(pool, claim, keptBy(caller));
      return { ...wanted, ...nothing, claim };
    }
    case 'query': {
      const { from = '', to = '', groups, regions } = scope;
      const criteria = {
        from: from.replaceAll('-', ''),
        to: to.replaceAll('-', ''),
        groups: [...new Set(groups)].sort(),
        regions: [...new Set(regions)].sort(),
      };
      return { ...wanted, ...nothing, criteria };
    }
  }
}

async function requireOwn(pool: Pool, claim: string, hospital: string): Promise<void> {
  const { rowCount } = await pool.query(
    `select from study_access where claim = $1 and $2 in ('', hospital)`,
    [claim, hospital],
  );
  if (rowCount === 0) throw new ProblemException(notFound());
}

const DAY_MS = 86_400_000;
/** Whoever opens a hold, or finds that it is needed, looks at it again within two years. */
const REVIEW_DAYS_MAX = 731;

/** A review is due in the future, and not in a far one. Throws a problem when it isn't. */
export function requireReviewSoon(reviewDue: string, wallMs: number): void {
  const days = (Date.parse(reviewDue) - wallMs) / DAY_MS;
  if (days <= 0 || days > REVIEW_DAYS_MAX)
    throw new ProblemException(badRequest('reviewDue is not between now and two years from now.'));
}
