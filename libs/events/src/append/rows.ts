import type { Checkpoint, Metadata, Recorded, StoredEvent } from '../event.js';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  type Append,
  EVENT_BYTES_MAX,
} from '../event-store.js';

/** An event on its way into a log: JSON as text, `nonce` and `sealed` in base64. */
export type Row = Readonly<{
  stream: string;
  version: number;
  id: string;
  type: string;
  schema: number;
  data: string;
  key: string | null;
  nonce: string | null;
  sealed: string | null;
  metadata: string;
}>;
/** A row that a log has recorded. */
export type RecordedRow = Row & Readonly<{ checkpoint: string; recordedAt: string }>;

const STREAM = /^[!-~]{1,200}$/;
const TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The rows of the appends, in their order. Throws a fault when one breaks a bound; nothing is written yet then. */
export function toRows(appends: readonly Append[]): readonly Row[] {
  const rows = appends.flatMap((append) => {
    if (append.events.length === 0) throw new Error(`${append.stream}: an append has events`);
    const metadata = JSON.stringify(append.metadata);
    return append.events.map((event, index) =>
      toRow(event, { stream: append.stream, version: append.expected + index + 1, metadata }),
    );
  });
  refuseExcess(rows);
  return rows;
}

function toRow(
  { id, type, schema, data, sealed }: StoredEvent,
  place: Pick<Row, 'stream' | 'version' | 'metadata'>,
): Row {
  const text = JSON.stringify(data);
  if (!(STREAM.test(place.stream) && TYPE.test(type) && UUID.test(id) && text !== undefined))
    throw new Error('an event has a stream, a type, a lower-case UUID and data');
  const { keyId: key = null, nonce = null, ciphertext = null } = sealed ?? {};
  return { ...place, id, type, schema, data: text, key, nonce, sealed: ciphertext };
}

function refuseExcess(rows: readonly Row[]): void {
  if (rows.length > APPEND_EVENTS_MAX) throw new Error(`${rows.length} events in one append`);
  if (new Set(rows.map(({ id }) => id)).size < rows.length)
    throw new Error('an event id occurs twice in one append');
  let bytes = 0;
  for (const row of rows) {
    const own = rowBytes(row);
    if (own > EVENT_BYTES_MAX)
      throw new Error(`${row.stream}: an event of ${own} bytes is above ${EVENT_BYTES_MAX}`);
    bytes += own;
  }
  if (bytes > APPEND_BYTES_MAX) throw new Error(`${bytes} bytes in one append`);
}

/** Length of a row's event, as EVENT_BYTES_MAX counts it. */
export const rowBytes = ({ data, sealed }: Row): number =>
  Buffer.byteLength(data) + (sealed === null ? 0 : Buffer.byteLength(sealed, 'base64'));

/** The fact that a recorded row holds. */
export const toRecorded = (row: RecordedRow): Recorded => ({
  id: row.id,
  type: row.type,
  schema: row.schema,
  data: JSON.parse(row.data) as unknown,
  ...(row.key !== null && row.nonce !== null && row.sealed !== null
    ? { sealed: { keyId: row.key, nonce: row.nonce, ciphertext: row.sealed } }
    : {}),
  stream: row.stream,
  version: row.version,
  checkpoint: row.checkpoint as Checkpoint,
  recordedAt: row.recordedAt,
  metadata: JSON.parse(row.metadata) as Metadata,
});
