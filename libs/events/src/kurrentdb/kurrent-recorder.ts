import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AppendStreamRequest,
  jsonEvent,
  type KurrentDBClient,
  NO_STREAM,
  TransactionMaxSizeExceededError,
  WrongExpectedVersionError,
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
/** A larger append is looked for before it's sent. */
const UNLOOKED_EVENTS_MAX = 200;
const EVENTS_PER_LOOK = 100;
const LOOK_WAIT_MS = 50;
/* gRPC: a message was larger than the server takes. */
const RESOURCE_EXHAUSTED = 8;
const ID_TYPE = 'EventIdTaken';

/** What the recorder works with. `recordedAt` tells the time that another log gave the event of this id; undefined: the server's own. */
export type Server = Readonly<{
  client: KurrentDBClient;
  reads: KurrentReads;
  names: StreamNames;
  recordedAt?: ((id: string) => string | undefined) | undefined;
}>;

/**
 * All events of an append are one transaction of the server, which checks the expected state of each stream. Each event id has
 * a stream of its own, which must not exist yet: so no id is recorded twice, whatever the server forgets.
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
  const byStream = Map.groupBy(rows, ({ stream }) => stream);
  const requests = [
    ...rows.map((row) => takeId(server.names, row)),
    ...heads.map((head) => appendTo(server, head, byStream.get(head.stream) ?? [])),
  ];
  try {
    return await callServer(async (before) => {
      if (await isRecorded(server, rows, before)) return false;
      await server.client.multiStreamAppend(requests);
      return true;
    });
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw refusal(error);
    await inSight(server, error);
    return false;
  }
}

/*
 * The server stops waiting for its own disk after a while and says that time is over, yet goes on to record. Who then sends a
 * large append again makes it compare thousands of streams; to look at the first id is cheap.
 */
async function isRecorded(server: Server, rows: readonly Row[], before: number): Promise<boolean> {
  if (before === 0 && rows.length <= UNLOOKED_EVENTS_MAX) return false;
  const looks = before === 0 ? 1 : 1 + rows.length / EVENTS_PER_LOOK;
  for (let look = 1; look <= looks; look++) {
    if (await server.reads.last(server.names.ofId(rows[0]?.id ?? ''))) return true;
    if (look < looks) await sleep(LOOK_WAIT_MS);
  }
  return false;
}

const takeId = (names: StreamNames, { id, stream, version }: Row): AppendStreamRequest => ({
  streamName: names.ofId(id),
  expectedState: NO_STREAM,
  events: [jsonEvent({ id: randomUUID(), type: ID_TYPE, data: { stream, version } })],
});

const appendTo = (
  { names, recordedAt }: Server,
  { stream, version }: Head,
  rows: readonly Row[],
): AppendStreamRequest => ({
  streamName: names.ofStream(stream),
  expectedState: version === 0 ? NO_STREAM : BigInt(version - 1),
  events: rows.map((row) => toRecord(row, recordedAt?.(row.id))),
});

function refusal(error: unknown): unknown {
  const tooLarge =
    error instanceof TransactionMaxSizeExceededError ||
    (error instanceof Error && 'code' in error && error.code === RESOURCE_EXHAUSTED);
  if (!tooLarge) return error;
  return new Error('the append is too large for KurrentDB: raise its MaxAppendSize', {
    cause: error,
  });
}

/* The server compares with what it's about to record. Who lost must be able to read what he lost against. */
async function inSight(
  { reads }: Server,
  { streamName, actualState }: WrongExpectedVersionError,
): Promise<void> {
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
