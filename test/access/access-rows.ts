import type { Pool } from 'pg';

/** Values of one row, by column. */
type Columns = Readonly<Record<string, unknown>>;

type AccessTable =
  | 'hospitals'
  | 'study_access'
  | 'relationships'
  | 'oppositions'
  | 'grants'
  | 'exclusions'
  | 'representatives'
  | 'break_glass'
  | 'person_flags';

/** Writes rows that access is decided by, as the projections of governance would. */
export const insertRows = async (
  pool: Pool,
  table: AccessTable,
  ...rows: readonly Columns[]
): Promise<void> => {
  for (const row of rows) {
    const columns = Object.keys(row);
    const places = columns.map((_column, at) => `$${at + 1}`);
    const text = `insert into ${table} (${columns}) values (${places})`;
    await pool.query(text, Object.values(row));
  }
};

const HOUR_MS = 3_600_000;

/** A moment that many hours from now. */
export const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
