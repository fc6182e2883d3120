import type { Pool } from 'pg';
import { type Authorities, authoritiesOf } from '#archive/identity/patient-identifier';
import { boundedCache } from '../bounded-cache.js';

const HOSPITALS_MAX = 10_000;
/** A change of a hospital's settings is in use after this. What was read is in the facts, so it may be a little old. */
const TRUSTED_MS = 5_000;

/** How the identifiers in a hospital's data sets are read now. */
export type AuthoritiesOf = (hospital: string) => Promise<Authorities>;

/** Reads the settings of hospitals, at most once in a while each. */
export function hospitalAuthorities(pool: Pool, nowMs: () => number): AuthoritiesOf {
  const known =
    boundedCache<Readonly<{ authorities: Authorities; untilMs: number }>>(HOSPITALS_MAX);
  return async (hospital) => {
    const found = known.get(hospital);
    if (found !== undefined && nowMs() < found.untilMs) return found.authorities;
    const { rows } = await pool.query({
      name: 'hospital-settings',
      text: 'select settings from hospitals where hospital = $1',
      values: [hospital],
    });
    const authorities = authoritiesOf(hospital, rows[0]?.settings);
    known.set(hospital, { authorities, untilMs: nowMs() + TRUSTED_MS }, 1);
    return authorities;
  };
}
