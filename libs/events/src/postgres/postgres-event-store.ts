import type { Pool, PoolClient } from 'pg';
import { appendAll } from '../append/append-all.js';
import { toRecorded } from '../append/rows.js';
import type { Checkpoint } from '../event.js';
import { type EventStore, PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../event-store.js';
import { pageSql, readPage } from './event-page.js';
import { postgresRecorder } from './postgres-recorder.js';

const READ = pageSql('stream = $1 and version > $2', 'version');

/* Sequences hand out positions before commit, so `position > $1` alone skips late commits; so does an
 * xmin guard ordered by position. (xid, position) below the oldest running transaction loses nothing. */
const AFTER = pageSql(
  '(xid, position) > ($1::text::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())',
  'xid, position',
);
const START = '0:0' as Checkpoint;

/**
 * The log in table `events`. With a pool each append is a transaction of its own. With a client it works inside the
 * transaction (read committed) that the caller has begun, and a conflict leaves that transaction usable; append before
 * other writes, for a stream that another has appended to since the first write is a conflict until a new transaction.
 */
export function postgresEventStore(db: Pool | PoolClient): EventStore {
  const recorder = postgresRecorder(db);
  return {
    async *read(stream, after = 0) {
      let version = after;
      for (let last = false; !last; ) {
        const page = await readPage(db, READ, [stream, version, PAGE_EVENTS_MAX]);
        yield* page.rows.map(toRecorded);
        version = page.rows.at(-1)?.version ?? version;
        last = page.rows.length < PAGE_EVENTS_MAX && page.bytes < PAGE_BYTES_MAX;
      }
    },
    append: (appends) => appendAll(recorder, appends),
    async after(checkpoint, limit) {
      const [xid, position] = (checkpoint ?? START).split(':');
      const page = await readPage(db, AFTER, [xid, position, Math.min(limit, PAGE_EVENTS_MAX)]);
      return page.rows.map(toRecorded);
    },
  };
}
