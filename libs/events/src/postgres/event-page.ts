import type { Pool, PoolClient } from 'pg';
import type { RecordedRow } from '../append/rows.js';
import { PAGE_BYTES_MAX } from '../event-store.js';

/** A page of the log; `bytes` is the length of its events as EVENT_BYTES_MAX counts it. */
export type EventPage = Readonly<{ rows: readonly RecordedRow[]; bytes: number }>;
export type PageSql = Readonly<{ name: string; text: string }>;

const BYTES = '(octet_length(data) + coalesce(octet_length(sealed), 0))';

/** At most $3 events in this order; the page ends with the event that reaches PAGE_BYTES_MAX. */
export const pageSql = (where: string, order: string): PageSql => ({
  name: `events-by-${order.replace(', ', '-')}`,
  text: `select id::text, stream, version, type, schema, data, sealed_key as key,
      encode(sealed_nonce, 'base64') as nonce, encode(sealed, 'base64') as sealed, metadata,
      xid::text || ':' || position as checkpoint, bytes,
      to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt"
    from (
      select *, (sum${BYTES} over (order by ${order} rows unbounded preceding))::int as bytes
      from (select * from events where ${where} order by ${order} limit $3) page
    ) sized
    where bytes - ${BYTES} < ${PAGE_BYTES_MAX} order by ${order}`,
});

/** One round trip. */
export async function readPage(
  db: Pool | PoolClient,
  sql: PageSql,
  values: readonly unknown[],
): Promise<EventPage> {
  const { rows } = await db.query<RecordedRow & { bytes: number }>({ ...sql, values: [...values] });
  return { rows: rows.map(inOneLine), bytes: rows.at(-1)?.bytes ?? 0 };
}

/* PostgreSQL breaks base64 into lines of 76 characters. */
const inOneLine = (row: RecordedRow): RecordedRow =>
  row.sealed === null ? row : { ...row, sealed: row.sealed.replaceAll('\n', '') };
