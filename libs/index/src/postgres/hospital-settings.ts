import type { Pool } from 'pg';
import type { HospitalSettings } from '#archive/hospital-events';
import { boundedCache } from '../bounded-cache.js';

const HOSPITALS_MAX = 10_000;
/** A change of a hospital's settings is in use after this. What was read is in the facts, so it may be a little old. */
const TRUSTED_MS = 5_000;

/** What is particular to a hospital now; undefined for one that has no row. The same object until it is read again. */
export type SettingsOf = (hospital: string) => Promise<Partial<HospitalSettings> | undefined>;

/** Reads the settings of hospitals, at most once in a while each. */
export function hospitalSettings(pool: Pool, nowMs: () => number): SettingsOf {
  const known =
    boundedCache<Readonly<{ settings: Partial<HospitalSettings> | undefined; untilMs: number }>>(
      HOSPITALS_MAX,
    );
  return async (hospital) => {
    const found = known.get(hospital);
    if (found !== undefined && nowMs() < found.untilMs) return found.settings;
    const { rows } = await pool.query({
      name: 'hospital-settings',
      text: 'select settings from hospitals where hospital = $1',
      values: [hospital],
    });
    const settings: Partial<HospitalSettings> | undefined = rows[0]?.settings;
    known.set(hospital, { settings, untilMs: nowMs() + TRUSTED_MS }, 1);
    return settings;
  };
}
