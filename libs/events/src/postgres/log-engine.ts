import type { Pool } from 'pg';
import type { Log } from '../log.js';

/** Row of `platform_state` that says that the log isn't in PostgreSQL: the id of its first event, '' until it has one. */
const STATE = 'kurrentdb-first-event';

/**
 * Holds the archive to the engine that its log is in, before anything is started; `kurrent` is undefined when the settings name none. A new
 * archive is bound to what they name; one whose log was copied whole is bound to the copy. Answers with why it must not start, in one sentence.
 */
export async function bindLog(pool: Pool, kurrent: Log | undefined): Promise<string | undefined> {
  const bound = await boundTo(pool);
  if (kurrent === undefined) return bound === undefined ? undefined : IN_KURRENTDB;
  const first = (await kurrent.after(undefined, 1))[0]?.id ?? '';
  const refused =
    bound === undefined
      ? await refuseUnbound(pool, kurrent, first)
      : await refuseBound(pool, bound, first);
  if (refused === undefined && bound !== first) await bind(pool, first);
  return refused;
}

/** As `bindLog`, for a program that an archive is started of: it binds nothing and asks PostgreSQL alone. */
export async function refuseOtherLog(pool: Pool, isKurrent: boolean): Promise<string | undefined> {
  const bound = await boundTo(pool);
  if (isKurrent) return bound === undefined ? IN_POSTGRESQL : undefined;
  return bound === undefined ? undefined : IN_KURRENTDB;
}

const IN_KURRENTDB =
  'the log of this archive is in KurrentDB: set ARKIM_KURRENTDB_URL, and its PREFIX if it has one';
const IN_POSTGRESQL =
  'the log of this archive is in PostgreSQL: copy it to KurrentDB by `arkim copy-log`, or unset ARKIM_KURRENTDB_URL';
const NOT_EMPTY =
  'KurrentDB holds a log, and this archive is new: give it an ARKIM_KURRENTDB_PREFIX of its own, or the PostgreSQL that belongs to that log';
const EMPTY =
  'KurrentDB is empty, and this archive is not: ARKIM_KURRENTDB_URL or its PREFIX leads to another place than before';
const OTHER =
  'KurrentDB holds the log of another archive: ARKIM_KURRENTDB_URL or its PREFIX leads to another place than before';

const boundTo = async (pool: Pool): Promise<string | undefined> => {
  const { rows } = await pool.query('select value from platform_state where key = $1', [STATE]);
  return rows[0]?.value;
};

const bind = async (pool: Pool, first: string): Promise<void> => {
  await pool.query(
    `insert into platform_state (key, value) values ($1, $2)
     on conflict (key) do update set value = excluded.value`,
    [STATE, first],
  );
};

const refuseBound = async (pool: Pool, bound: string, first: string) => {
  if (first === bound && first !== '') return undefined;
  if (first === '') return bound !== '' || (await hasRows(pool)) ? EMPTY : undefined;
  return bound === '' ? undefined : OTHER;
};

/** Whether facts have made anything yet. */
const hasRows = async (pool: Pool): Promise<boolean> => {
  const { rowCount } = await pool.query(
    'select 1 from hospitals union all select 1 from reservations limit 1',
  );
  return rowCount !== 0;
};

const refuseUnbound = async (pool: Pool, kurrent: Log, first: string) => {
  const { rows } = await pool.query<{ stream: string; version: number; id: string }>(
    'select stream, version, id::text from events order by xid desc, position desc limit 1',
  );
  const [last] = rows;
  if (last === undefined) return first === '' ? undefined : NOT_EMPTY;
  for await (const { id } of kurrent.read(last.stream, last.version - 1))
    return id === last.id ? undefined : IN_POSTGRESQL;
  return IN_POSTGRESQL;
};
