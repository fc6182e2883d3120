import { appendAll, type Head, type Recorder } from '../append/append-all.js';
import { type RecordedRow, type Row, rowBytes, toRecorded } from '../append/rows.js';
import { type EventStore, PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../event-store.js';

/** The event store of tests and simulations: the same contract as postgres, no durability. `now` gives ISO 8601 in UTC. */
export function memoryEventStore(now: () => string): EventStore {
  const log: RecordedRow[] = [];
  const streams = new Map<string, RecordedRow[]>();
  const recorder = memoryRecorder(log, streams, now);
  return {
    async *read(stream, after = 0) {
      for (let version = after; ; version++) {
        const row = streams.get(stream)?.[version];
        if (!row) return;
        yield toRecorded(row);
      }
    },
    append: (appends) => appendAll(recorder, appends),
    async after(checkpoint, limit) {
      const start = Number(checkpoint ?? 0);
      const page: RecordedRow[] = [];
      let bytes = 0;
      for (const row of log.slice(start, start + Math.min(limit, PAGE_EVENTS_MAX))) {
        if (bytes >= PAGE_BYTES_MAX) break;
        bytes += rowBytes(row);
        page.push(row);
      }
      return page.map(toRecorded);
    },
  };
}

function memoryRecorder(
  log: RecordedRow[],
  streams: Map<string, RecordedRow[]>,
  now: () => string,
): Recorder {
  const ids = new Map<string, RecordedRow>();
  const at = (stream: string) => streams.get(stream)?.length ?? 0;
  const record = (row: Row) => {
    const recorded = { ...row, checkpoint: String(log.length + 1), recordedAt: now() };
    log.push(recorded);
    ids.set(row.id, recorded);
    const rows = streams.get(row.stream);
    if (rows) rows.push(recorded);
    else streams.set(row.stream, [recorded]);
  };
  return {
    async write(rows, heads) {
      if (heads.some(({ stream, version }) => at(stream) !== version)) return false;
      if (rows.some(({ id }) => ids.has(id))) return false;
      rows.forEach(record);
      return true;
    },
    places: async (wanted) => wanted.flatMap((id) => ids.get(id) ?? []),
    heads: async (wanted) => wanted.map((stream): Head => ({ stream, version: at(stream) })),
  };
}
