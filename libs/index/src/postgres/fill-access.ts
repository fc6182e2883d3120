import type { Pool, PoolClient } from 'pg';
import { type AccessRow, accessRow } from '../access-row.js';
import { columnText, type HeaderJson, momentText, textOf } from '../header-json.js';
import type { OpaqueIds } from '../opaque-ids.js';
import { sharedPatientLocks } from '../patient-locks.js';
import { statedPatient } from '../stated-patient.js';
import { writeAccess } from './access-rows.js';
import { readActiveVersion } from './active-version.js';
import { findableSchema } from './findable-schema.js';
import type { AuthoritiesOf } from './hospital-authorities.js';

const PAGE_ROWS_MAX = 1_000;

/** What studies are read with that were stored before their first fact said whose they are. */
export type FillAccess = Readonly<{
  ids: Pick<OpaqueIds, 'patient'>;
  authoritiesOf: AuthoritiesOf;
}>;

/**
 * Gives findable studies that have no row in `study_access` one: of these claims, or of all. What the study's row says of its patient is read
 * by the settings of its hospital today. Answers with how many there were; again, it does nothing.
 */
export async function fillAccess(
  pool: Pool,
  fill: FillAccess,
  claims?: readonly string[],
): Promise<number> {
  if (claims?.length === 0) return 0;
  const version = await readActiveVersion(pool);
  let filled = 0;
  for await (const rows of studiesWithout(pool, fill, { version, table: 'study_access', claims })) {
    await writeLocked(pool, rows);
    filled += rows.length;
  }
  return filled;
}

const FILLED = 'study-access-filled';

/** Fills an archive from before `study_access`, once in its life: whoever comes first notes that it is done. Stops without that when told to. */
export async function fillAccessOnce(
  pool: Pool,
  fill: FillAccess,
  signal: AbortSignal,
): Promise<number> {
  const noted = await pool.query('select from platform_state where key = $1', [FILLED]);
  if (noted.rowCount !== 0) return 0;
  const version = await readActiveVersion(pool);
  let filled = 0;
  for await (const rows of studiesWithout(pool, fill, { version, table: 'study_access' })) {
    if (signal.aborted) return filled;
    await writeLocked(pool, rows);
    filled += rows.length;
  }
  await pool.query(
    `insert into platform_state (key, value) values ($1, 'yes') on conflict do nothing`,
    [FILLED],
  );
  return filled;
}

export type Lacking = Readonly<{
  version: number;
  /** The table whose rows are looked for. */
  table: string;
  claims?: readonly string[] | undefined;
}>;

/** Rows for the studies of a findable version that `table` has none of, in pages by claim. */
export async function* studiesWithout(
  db: Pool | PoolClient,
  fill: FillAccess,
  { version, table, claims }: Lacking,
): AsyncGenerator<readonly AccessRow[]> {
  for (let after = ''; ; ) {
    const { rows } = await db.query(
      `select s.claim, s.hospital, s.attributes from ${findableSchema(version)}.studies s
       where s.claim > $1 and ($2::text[] is null or s.claim = any($2))
         and not exists (select from ${table} a where a.claim = s.claim)
       order by s.claim limit ${PAGE_ROWS_MAX}`,
      [after, claims ?? null],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield await Promise.all(rows.map((row) => rowOf(fill, row)));
    after = last.claim;
  }
}

const rowOf = async (
  { ids, authoritiesOf }: FillAccess,
  { claim, hospital, attributes: text }: Readonly<Record<string, unknown>>,
): Promise<AccessRow> => {
  const { attributes } = JSON.parse(String(text)) as { attributes: HeaderJson };
  const stated = statedPatient(attributes, await authoritiesOf(String(hospital)));
  return accessRow({
    claim: String(claim),
    hospital: String(hospital),
    studyUid: columnText(textOf(attributes, '0020000D')),
    date: momentText(textOf(attributes, '00080020')),
    time: momentText(textOf(attributes, '00080030')),
    patient: stated ? ids.patient(stated.authority, stated.value) : '',
    stated,
  });
};

const writeLocked = async (pool: Pool, rows: readonly AccessRow[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(sharedPatientLocks('$1::text[]'), [
      rows.map(({ patient }) => patient).sort(),
    ]);
    await writeAccess(client, rows);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
};
