import type { Pool, PoolClient } from 'pg';
import type { Head, Place, Recorder } from '../append/append-all.js';
import type { Row } from '../append/rows.js';

export const UNIQUE_VIOLATION = '23505';

/* Positions follow the order of the appends; rows go in by (stream, version), so that two writers of the same streams
 * wait for each other in one order and never for ever. No row at all when a stream isn't at its head, nor when the
 * head's transaction is younger than ours: readers order by transaction, and would meet the stream's events turned round. */
export const INSERT_EVENTS = {
  name: 'events-append',
  text: `insert into events (position, stream, version, id, type, schema, data,
      sealed_key, sealed_nonce, sealed, metadata) overriding system value
    select * from (
      select nextval('events_position_seq'), stream, version, id, type, schema, data,
        key, decode(nonce, 'base64'), decode(sealed, 'base64'), metadata
      from json_to_recordset($1::json) as event (stream text, version int, id uuid, type text, schema int,
        data text, key text, nonce text, sealed text, metadata text)
    ) event
    where not exists (
      select from json_to_recordset($2::json) as head (stream text, version int)
      where head.version > 0 and not exists (
        select from events where events.stream = head.stream and events.version = head.version
          and events.xid <= pg_current_xact_id())
    )
    order by stream, version`,
};
const PLACES = {
  name: 'events-places',
  text: 'select id::text, stream, version from events where id = any ($1::uuid[])',
};
const HEADS = {
  name: 'events-heads',
  text: `select stream, (select max(version) from events where events.stream = wanted.stream) as version
    from unnest($1::text[]) as wanted (stream)`,
};

/** Optimistic concurrency is the primary key (stream, version): the loser's insert violates it. */
export function postgresRecorder(db: Pool | PoolClient): Recorder {
  const write = isClient(db) ? withinTransaction(db) : alone(db);
  return {
    write,
    places: async (ids) => (await db.query<Place>({ ...PLACES, values: [ids] })).rows,
    heads: async (streams) => {
      const { rows } = await db.query<Head>({ ...HEADS, values: [streams] });
      return rows.map(({ stream, version }) => ({ stream, version: version ?? 0 }));
    },
  };
}

/** A client that was taken out of a pool; pools themselves have nothing to release. */
const isClient = (db: Pool | PoolClient): db is PoolClient => 'release' in db;

const alone =
  (pool: Pool): Recorder['write'] =>
  (rows, heads) =>
    insert(pool, rows, heads).catch(falseWhenTaken);

/* A violated key aborts a transaction up to the last savepoint. */
const withinTransaction =
  (client: PoolClient): Recorder['write'] =>
  async (rows, heads) => {
    await client.query('savepoint append');
    const written = await insert(client, rows, heads).catch(async (error: unknown) => {
      await client.query('rollback to savepoint append');
      return falseWhenTaken(error);
    });
    await client.query('release savepoint append');
    return written;
  };

async function insert(db: Pool | PoolClient, rows: readonly Row[], heads: readonly Head[]) {
  const values = [JSON.stringify(rows), JSON.stringify(heads)];
  const { rowCount } = await db.query({ ...INSERT_EVENTS, values });
  return rowCount === rows.length;
}

function falseWhenTaken(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return false;
  throw error;
}
