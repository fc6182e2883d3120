import type { PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import type { Opened } from '#events/sealed-events';

/** A fact that could be opened: its personal part, when it has one, is there. */
export type OpenedFact = Opened<ArchiveEvent>;

/** A table that is made of facts. What the log says it should hold is built beside it, in `BUILT`, a temporary table of the same columns. */
export type TableProjection = Readonly<{
  table: string;
  /** The primary key. */
  key: string;
  columns: readonly string[];
  /** Those of the columns that hold when a fact was recorded: compared by the millisecond, as the log tells it. */
  times: readonly string[];
  /** The facts that it's made of; no other is opened. */
  types: readonly ArchiveEvent['type'][];
  /** The column (or SQL over a row) that names the key under which the facts of a row are sealed; rows whose key is destroyed are set aside. */
  sealedBy?: string | ((row: string) => string);
  /** Columns that follow other tables, not facts: SQL over a row of what is built, asked when it is compared. */
  computed?: Readonly<Record<string, (row: string) => string>>;
  /** Given when the columns are a part of rows that are others' too. */
  part?: TablePart;
  /** Applies facts in the order of the log. */
  replay: (client: PoolClient, facts: readonly OpenedFact[]) => Promise<void>;
  /** Adds what other projections say, as the comparison's own snapshot shows them; again after facts were added, it says the same. */
  finish?: (client: PoolClient) => Promise<void>;
}>;

/** `holds`: SQL over a row, whether facts made the part; `undo` sets it to what no fact says; `adds`: a row that isn't there is made. */
export type TablePart = Readonly<{ holds: (row: string) => string; undo: string; adds: boolean }>;

/** What the log says the table should hold. */
export const BUILT = 'pg_temp.built';

/** Bounds one statement's parameter to a few megabytes. */
const ROWS_PER_INSERT_MAX = 5_000;

/** Adds rows, named by column, to what is built; of two with one primary key the first stays, as in the table itself. */
export async function insertBuilt(
  client: PoolClient,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT_MAX)
    await client.query(
      `insert into ${BUILT} (${columns}) select ${columns}
       from json_populate_recordset(null::${BUILT}, $1) on conflict do nothing`,
      [JSON.stringify(rows.slice(start, start + ROWS_PER_INSERT_MAX))],
    );
}
