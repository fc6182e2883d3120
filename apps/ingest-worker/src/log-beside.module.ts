import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { intakeStream, studyStream } from '#archive/catalogue';
import { AppendConflict } from '#events/append-conflict';
import type { Append, Appended } from '#events/event-store';
import type { Log } from '#events/log';
import {
  deleteIntent,
  hasDeadIntents,
  insertIntent,
  ownIntent,
} from '#events/postgres/append-intents';
import { readAccess, writeAccess } from '#index/postgres/access-rows';
import { applyVisibility } from '#index/postgres/apply-visibility';
import { readExams, writeExams } from '#index/postgres/exam-rows';
import { readFindable, writeFindable } from '#index/postgres/findable-writer';
import { keepPixels } from '#index/postgres/keep-pixels';
import { applySettled } from '#index/postgres/settle-findable';
import { writeStates } from '#index/postgres/study-states';
import { insertSmallPack } from '#storage/postgres/small-packs';
import { flight } from './flight.js';
import type { RecordedTimes, SmallPack, Within } from './ingest/within.js';
import type { SettledTransaction } from './settle/commit-settled.js';

/** `intentPool`: where intents are committed while the transaction of their rows is open; its clients may pipeline. */
export type LogBeside = Readonly<{ log: Log; intentPool: Pool }>;

/**
 * Slices whose facts go into a log elsewhere, right before their rows commit (ADR 16): the intent, the small extract pack and the keys that it
 * needs are durable first, so that whoever finds the intent can end it.
 */
export function sliceBeside(beside: LogBeside, client: PoolClient): Within {
  const id = randomUUID();
  return {
    prepare: async () => {
      const [, dead] = await Promise.all([ownIntent(client, id), hasDeadIntents(client)]);
      if (dead) throw new AppendConflict('a dead worker left an intent');
    },
    versions: (streams) => beside.log.versions(streams.filter(isIntake)),
    headsOf: (versions, { studies }) =>
      new Map([
        ...versions,
        ...studies.map(({ claim, version }) => [studyStream(claim), version] as const),
      ]),
    read: (stream) => beside.log.read(stream),
    appendBefore: async ({ appends, claims, small }) => {
      if (appends.length === 0) return new Map();
      const { ok } = await appendIntended(beside, { id, claims, appends, small });
      return ok ? timesOf(beside.log, appends) : 'conflict';
    },
    appendAlong: () => [deleteIntent(client, id)],
    readFindable: readFindable.bind(undefined, client),
    writeFindable: writeFindable.bind(undefined, client),
    applyVisibility: applyVisibility.bind(undefined, client),
    writeStates: writeStates.bind(undefined, client),
    readAccess: readAccess.bind(undefined, client),
    writeAccess: writeAccess.bind(undefined, client),
    readExams: (claims) => readExams(client, claims),
    writeExams: (rows) => writeExams(client, rows),
  };
}

/** Settled packs, in the same way. */
export function settledBeside(beside: LogBeside, client: PoolClient): SettledTransaction {
  const id = randomUUID();
  return {
    append: async (appends, claims) => {
      await ownIntent(client, id);
      if (await hasDeadIntents(client)) throw new Error('a dead worker left an intent');
      return appendIntended(beside, { id, claims, appends, small: undefined });
    },
    applySettled: applySettled.bind(undefined, client),
    keepPixels: keepPixels.bind(undefined, client),
    end: () => deleteIntent(client, id),
  };
}

type Intended = Readonly<{
  id: string;
  claims: readonly string[];
  appends: readonly Append[];
  small: SmallPack | undefined;
}>;

/** A refusal is for good: the streams have moved on. A fault leaves the intent to whoever comes next. */
const appendIntended = async (
  { log, intentPool }: LogBeside,
  { small, ...intent }: Intended,
): Promise<Appended> => {
  const client = await intentPool.connect();
  try {
    await flight(client, () => [
      client.query('begin'),
      small === undefined ? undefined : insertSmallPack(client, small),
      insertIntent(client, intent),
      client.query('commit').then(refuseRollback),
    ]);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  const appended = await log.append(intent.appends);
  if (!appended.ok) await deleteIntent(intentPool, intent.id);
  return appended;
};

/** PostgreSQL answers a commit of a failed transaction with a rollback, and no error. */
const refuseRollback = ({ command }: Readonly<{ command: string }>) => {
  if (command !== 'COMMIT') throw new Error('the intent was rolled back');
};

/** When parts were kept aside is shown and compared, so the rows say it as the log does; this is rare. */
const timesOf = async (log: Log, appends: readonly Append[]): Promise<RecordedTimes> => {
  const times = new Map<string, string>();
  for (const { stream, events } of appends)
    if (events.some(({ type }) => type === 'InstancesQuarantined'))
      for await (const { id, recordedAt } of log.read(stream)) times.set(id, recordedAt);
  return times;
};

const isIntake = (stream: string) => stream.startsWith(intakeStream(''));
