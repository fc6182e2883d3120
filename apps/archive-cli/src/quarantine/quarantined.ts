import type { Pool } from 'pg';
import type { Place } from '#index/series-view';
import { packKey } from '#storage/pack';

/** A part that is kept aside. `outcome` is null until a person has decided. */
export type Quarantined = Readonly<{
  id: string;
  hospital: string;
  pack: string;
  sha256: string;
  place: Place;
  bytes: number;
  why: string;
  quarantinedAt: string;
  outcome: string | null;
}>;

const ROWS_PER_PAGE_MAX = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const COLUMNS = `id::text, hospital, pack, sha256, byte_offset, bytes, why, outcome,
  to_char(quarantined_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as quarantined_at`;

/** The part of this id; undefined when there is none. */
export async function readQuarantined(pool: Pool, id: string): Promise<Quarantined | undefined> {
  if (!UUID.test(id)) return undefined;
  const { rows } = await pool.query(`select ${COLUMNS} from quarantine where id = $1`, [id]);
  return rows[0] && toQuarantined(rows[0]);
}

/** Everything that waits for a decision, page by page. */
export async function* listQuarantine(
  pool: Pool,
  hospital: string | undefined,
): AsyncGenerator<Quarantined> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool.query(
      `select ${COLUMNS} from quarantine where id > $1 and resolved_at is null
        and ($2::text is null or hospital = $2) order by id limit ${ROWS_PER_PAGE_MAX}`,
      [after, hospital ?? null],
    );
    if (rows.length === 0) return;
    yield* rows.map(toQuarantined);
    after = rows.at(-1).id;
  }
}

/** Parts are kept aside in the landing pack that brought them. */
const toQuarantined = (row: Record<string, unknown>): Quarantined => ({
  id: String(row['id']),
  hospital: String(row['hospital']),
  pack: String(row['pack']),
  sha256: String(row['sha256']),
  bytes: Number(row['bytes']),
  why: String(row['why']),
  quarantinedAt: String(row['quarantined_at']),
  outcome: row['outcome'] === null ? null : String(row['outcome']),
  place: {
    key: packKey('landing', String(row['pack'])),
    offset: Number(row['byte_offset']),
    bytes: Number(row['bytes']),
  },
});
