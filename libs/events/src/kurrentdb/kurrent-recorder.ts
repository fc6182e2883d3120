import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppendConsistencyViolationError,
  type AppendRecordInput,
  type ConsistencyCheck,
  jsonEvent,
  type KurrentDBClient,
  NO_STREAM,
  STREAM_STATE,
  TransactionMaxSizeExceededError,
} from '@kurrent/kurrentdb-client';
import type { Head, Place, Recorder } from '../append/append-all.js';
import type { Row } from '../append/rows.js';
import { EventStoreUnavailable } from '../event-store-unavailable.js';
import { callServer } from './kurrent-calls.js';
import type { KurrentReads } from './kurrent-reads.js';
import { toRecord } from './kurrent-record.js';
import type { StreamNames } from './stream-names.js';

const READS_AT_ONCE_MAX = 32;
const SIGHT_ATTEMPTS_MAX = 500;
const SIGHT_WAIT_MS = 10;
const ID_TYPE = 'EventIdTaken';

/** What the recorder works with. `recordedAt` tells the time that another log gave the event of this id; undefined: the server's own. */
export type Server = Readonly<{
  client: KurrentDBClient;
  reads: KurrentReads;
  names: StreamNames;
  recordedAt?: ((id: string) => string | undefined) | undefined;
}>;

/**
 * All records of an append are one transaction of the server, with the expected state of each stream as its checks. Each
 * event id has a stream of its own, which must not exist yet: so no id is recorded twice, whatever the server forgets.
 */
export function kurrentRecorder(server: Server): Recorder {
  return {
    write: (rows, heads) => write(server, rows, heads),
    places: async (ids) =>
      (await inTurns(ids, (id) => placeOf(server, id))).filter((place) => place !== undefined),
    heads: (streams) => inTurns(streams, (stream) => headOf(server, stream)),
  };
}

/* The ids come first, so that a log ends with an event: who reads on at its end passes nothing over. */
async function write(server: Server, rows: readonly Row[], heads: readonly Head[]) {
  const { client, names, recordedAt } = server;
  const taken = rows.map((row) => idRecord(names, row));
  const events = rows.map((row) => toRecord(row, names.ofStream(row.stream), recordedAt?.(row.id)));
  const checks = [
    ...taken.map(({ streamName }) => check(streamName, 0)),
    ...heads.map(({ stream, version }) => check(names.ofStream(stream), version)),
  ];
  try {
    await callServer(() => client.appendRecords([...taken, ...events], checks));
    return true;
  } catch (error) {
    if (!(error instanceof AppendConsistencyViolationError)) throw refusal(error);
    await inTurns(error.violations, (violation) => inSight(server, violation));
    return false;
  }
}

const idRecord = (names: StreamNames, { id, stream, version }: Row): AppendRecordInput => ({
  streamName: names.ofId(id),
  record: jsonEvent({ id: randomUUID(), type: ID_TYPE, data: { stream, version } }),
});

const check = (streamName: string, version: number): ConsistencyCheck => ({
  type: STREAM_STATE,
  streamName,
  expectedState: version === 0 ? NO_STREAM : BigInt(version - 1),
});

function refusal(error: unknown): unknown {
  if (!(error instanceof TransactionMaxSizeExceededError)) return error;
  return new Error(`KurrentDB takes ${error.maxSize} bytes in one append: raise its MaxAppendSize`);
}

type Violation = AppendConsistencyViolationError['violations'][number];

/* The server compares with what it's about to record. Who lost must be able to read what he lost against. */
async function inSight({ reads }: Server, { streamName, actualState }: Violation): Promise<void> {
  if (typeof actualState !== 'bigint') return;
  for (let attempt = 0; attempt < SIGHT_ATTEMPTS_MAX; attempt++) {
    const last = await reads.last(streamName);
    if (last !== undefined && last.revision >= actualState) return;
    await sleep(SIGHT_WAIT_MS);
  }
  throw new EventStoreUnavailable('KurrentDB does not show what it has recorded');
}

async function placeOf({ reads, names }: Server, id: string): Promise<Place | undefined> {
  const taken = await reads.last(names.ofId(id));
  if (taken === undefined) return undefined;
  const { stream, version } = taken.data as unknown as Omit<Place, 'id'>;
  return { id, stream, version };
}

async function headOf({ reads, names }: Server, stream: string): Promise<Head> {
  const last = await reads.last(names.ofStream(stream));
  return { stream, version: last === undefined ? 0 : Number(last.revision) + 1 };
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += READS_AT_ONCE_MAX) {
    const turn = items.slice(start, start + READS_AT_ONCE_MAX);
    results.push(...(await Promise.all(turn.map(work))));
  }
  return results;
}
