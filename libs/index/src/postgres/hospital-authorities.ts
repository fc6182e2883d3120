import type { Pool } from 'pg';
import { type Authorities, authoritiesOf } from '#archive/identity/patient-identifier';
import { hospitalSettings, type SettingsOf } from './hospital-settings.js';

/** How the identifiers in a hospital's data sets are read now. */
export type AuthoritiesOf = (hospital: string) => Promise<Authorities>;

/** As the settings of hospitals tell it. */
export function authoritiesBy(settingsOf: SettingsOf): AuthoritiesOf {
  const made = new WeakMap<object, Authorities>();
  return async (hospital) => {
    const settings = await settingsOf(hospital);
    if (settings === undefined) return authoritiesOf(hospital, undefined);
    const own = made.get(settings) ?? authoritiesOf(hospital, settings);
    made.set(settings, own);
    return own;
  };
}

/** Reads the settings of hospitals, at most once in a while each. */
export const hospitalAuthorities = (pool: Pool, nowMs: () => number): AuthoritiesOf =>
  authoritiesBy(hospitalSettings(pool, nowMs));
