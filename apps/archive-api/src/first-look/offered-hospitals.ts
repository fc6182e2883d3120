import type { Pool } from 'pg';
import type { OfferedHospital } from './home-page.js';

export const OFFERED_HOSPITALS = Symbol('OfferedHospitals');

/** The hospitals of the archive as a demonstration's start page offers them; none while there is no schema yet. */
export type OfferedHospitals = () => Promise<readonly OfferedHospital[]>;

const HOSPITALS_MAX = 24;
const UNDEFINED_TABLE = '42P01';

export const offeredHospitals =
  (pool: Pool): OfferedHospitals =>
  async () => {
    try {
      const { rows } = await pool.query<OfferedHospital>({
        name: 'hospitals-offered',
        text: 'select hospital, name from hospitals order by onboarded_at, hospital limit $1',
        values: [HOSPITALS_MAX],
      });
      return rows;
    } catch (error) {
      if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
      throw error;
    }
  };
