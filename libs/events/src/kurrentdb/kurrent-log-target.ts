import { BACKWARDS, END } from '@kurrent/kurrentdb-client';
import { appendAll } from '../append/append-all.js';
import type { LogTarget } from '../copy-log.js';
import type { Recorded } from '../event.js';
import type { Append } from '../event-store.js';
import { callServer } from './kurrent-calls.js';
import { kurrentClient } from './kurrent-client.js';
import { type KurrentSettings, kurrentEventStore } from './kurrent-event-store.js';
import { kurrentReads } from './kurrent-reads.js';
import { fromRecord } from './kurrent-record.js';
import { kurrentRecorder, type Server } from './kurrent-recorder.js';
import { streamNames } from './stream-names.js';

/** The most events that are copied by one append. */
const RUN_EVENTS_MAX = 200;

/** A log in KurrentDB that another one is copied to: its events keep the time of their first recording. */
export function kurrentLogTarget(
  settings: KurrentSettings,
): LogTarget & Readonly<{ close: () => Promise<void> }> {
  const store = kurrentEventStore(settings);
  const client = kurrentClient(settings.url);
  const names = streamNames(settings.prefix ?? '');
  const server = { client, names, reads: kurrentReads(client, names) };
  return {
    ...store,
    record: async (events) => {
      for (const run of runsOf(events)) await recordRun(server, run);
    },
    last: () => lastOf(server),
    close: async () => {
      await client.dispose();
      await store.close();
    },
  };
}

/* An append puts the events of one stream together: in a run no stream comes back after another one. */
function* runsOf(events: readonly Recorded[]): Iterable<readonly Recorded[]> {
  let run: Recorded[] = [];
  let streams = new Set<string>();
  for (const event of events) {
    const back = streams.has(event.stream) && run.at(-1)?.stream !== event.stream;
    if (back || run.length === RUN_EVENTS_MAX) {
      yield run;
      run = [];
      streams = new Set();
    }
    run.push(event);
    streams.add(event.stream);
  }
  if (run.length > 0) yield run;
}

async function recordRun(server: Server, run: readonly Recorded[]): Promise<void> {
  const times = new Map(run.map(({ id, recordedAt }) => [id, recordedAt]));
  const recorder = kurrentRecorder({ ...server, recordedAt: (id) => times.get(id) });
  const appended = await appendAll(recorder, run.map(toAppend));
  if (!appended.ok) throw new Error(`the target is not a copy of this log: ${appended.conflict}`);
}

const toAppend = ({ stream, version, metadata, ...event }: Recorded): Append => {
  const { id, type, schema, data, sealed } = event;
  const stored = { id, type, schema, data, ...(sealed === undefined ? {} : { sealed }) };
  return { stream, expected: version - 1, events: [stored], metadata };
};

const lastOf = ({ client, names }: Server): Promise<Recorded | undefined> =>
  callServer(async () => {
    const from = {
      direction: BACKWARDS,
      fromPosition: END,
      filter: names.filter,
      maxCount: 1,
      requiresLeader: true,
    } as const;
    for await (const { event } of client.readAll(from))
      if (event !== undefined) return fromRecord(event, names.streamOf(event.streamId)).recorded;
    return undefined;
  });
