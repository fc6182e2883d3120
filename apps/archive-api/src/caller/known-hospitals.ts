import type { Pool } from 'pg';

export const KNOWN_HOSPITALS = Symbol('KnownHospitals');

/** The hospitals that were onboarded. A hospital is never forgotten, so what was found once is trusted; what was not is asked for again. */
export type KnownHospitals = Readonly<{
  isKnown: (hospital: string) => boolean;
  look: (hospital: string) => Promise<boolean>;
}>;

export function knownHospitals(pool: Pool): KnownHospitals {
  const known = new Set<string>();
  return {
    isKnown: (hospital) => known.has(hospital),
    look: async (hospital) => {
      const { rows } = await pool.query({
        name: 'hospital-known',
        text: 'select hospital from hospitals where hospital = $1',
        values: [hospital],
      });
      if (rows.length === 0) return false;
      known.add(hospital);
      return true;
    },
  };
}
