import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  type KurrentDBClient,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@kurrent/kurrentdb-client';
import type { Checkpoint } from '../event.js';
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../event-store.js';
import { callServer } from './kurrent-calls.js';
import { fromRecord, type KurrentEvent, toPosition } from './kurrent-record.js';
import type { StreamNames } from './stream-names.js';

/** Reads of a server; each is one call, whole or not at all, and follows all that was appended before it. */
export type KurrentReads = Readonly<{
  /** At most `count` events of a stream after version `after`. */
  stream: (stream: string, after: number, count: number) => Promise<readonly KurrentEvent[]>;
  /** The last event on the server under this name; undefined when there is none. */
  last: (name: string) => Promise<ServerEvent | undefined>;
  /** At most `count` events of the log after a checkpoint. */
  log: (after: Checkpoint | undefined, count: number) => Promise<readonly KurrentEvent[]>;
}>;
type ServerEvent = NonNullable<ResolvedEvent['event']>;

/** So many events are asked for while it isn't known how large they are. */
export const FIRST_EVENTS_MAX = 32;

/** How many events to ask for, when so many bytes are wanted and those that came so far tell how large they are. */
export function nextCount(came: readonly KurrentEvent[], bytesWanted = PAGE_BYTES_MAX): number {
  const bytes = came.reduce((sum, event) => sum + event.bytes, 0);
  const fit = Math.ceil((bytesWanted * came.length) / Math.max(bytes, 1));
  return Math.min(Math.max(fit, 1), PAGE_EVENTS_MAX);
}

export function kurrentReads(client: KurrentDBClient, names: StreamNames): KurrentReads {
  const leader = { requiresLeader: true };
  return {
    stream: (stream, after, maxCount) =>
      callServer(async () => {
        const from = {
          direction: FORWARDS,
          fromRevision: BigInt(after),
          maxCount,
          ...leader,
        } as const;
        const events = await whole(client.readStream(names.ofStream(stream), from));
        return events.map((event) => fromRecord(event, stream));
      }),
    last: (name) =>
      callServer(async () => {
        const from = { direction: BACKWARDS, fromRevision: END, maxCount: 1, ...leader } as const;
        return (await whole(client.readStream(name, from)))[0];
      }),
    log: (after, count) =>
      callServer(async () => {
        /* The server counts from a place, not after it: the event that is there comes once more. */
        const at = after === undefined ? undefined : toPosition(after);
        const from = {
          direction: FORWARDS,
          fromPosition: at ?? START,
          filter: names.filter,
          maxCount: at === undefined ? count : count + 1,
          ...leader,
        } as const;
        const events = await whole(client.readAll(from));
        return events
          .map((event) => fromRecord(event, names.streamOf(event.streamId)))
          .filter(({ recorded }) => recorded.checkpoint !== after)
          .slice(0, count);
      }),
  };
}

async function whole(
  answer: AsyncIterable<ResolvedEvent | AllStreamResolvedEvent>,
): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  try {
    for await (const { event } of answer) if (event !== undefined) events.push(event);
  } catch (error) {
    if (error instanceof StreamNotFoundError) return [];
    throw error;
  }
  return events;
}
