import type { PoolClient } from 'pg';
import { appendOrAbort } from '#events/postgres/append-or-abort';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { streamVersions } from '#events/postgres/stream-versions';
import { readAccess, writeAccess } from '#index/postgres/access-rows';
import { applyVisibility } from '#index/postgres/apply-visibility';
import { readExams, writeExams } from '#index/postgres/exam-rows';
import { readFindable, writeFindable } from '#index/postgres/findable-writer';
import { keepPixels } from '#index/postgres/keep-pixels';
import { applySettled } from '#index/postgres/settle-findable';
import { writeStates } from '#index/postgres/study-states';
import { insertSmallPack } from '#storage/postgres/small-packs';
import type { RecordedTimes, Within } from './ingest/within.js';
import type { SettledTransaction } from './settle/commit-settled.js';

const BY_THE_TRANSACTION: RecordedTimes = new Map();

/** Slices whose facts commit with their rows: the log is in the same database. */
export const sliceWithin = (client: PoolClient): Within => ({
  prepare: async (small) => {
    if (small !== undefined) await insertSmallPack(client, small);
  },
  versions: (streams) => streamVersions(client, streams),
  headsOf: (versions) => versions,
  read: (stream) => postgresEventStore(client).read(stream),
  appendBefore: async ({ appends, repeat }) => {
    if (repeat && !(await postgresEventStore(client).append(appends)).ok) return 'conflict';
    return BY_THE_TRANSACTION;
  },
  appendAlong: ({ appends, repeat }) => (repeat ? [] : [appendOrAbort(client, appends)]),
  readFindable: readFindable.bind(undefined, client),
  writeFindable: writeFindable.bind(undefined, client),
  applyVisibility: applyVisibility.bind(undefined, client),
  writeStates: writeStates.bind(undefined, client),
  readAccess: readAccess.bind(undefined, client),
  writeAccess: writeAccess.bind(undefined, client),
  readExams: (claims) => readExams(client, claims),
  writeExams: (rows) => writeExams(client, rows),
});

/** Settled packs whose fact commits with their rows. */
export const settledWithin = (client: PoolClient): SettledTransaction => ({
  append: (appends) => postgresEventStore(client).append(appends),
  applySettled: applySettled.bind(undefined, client),
  keepPixels: keepPixels.bind(undefined, client),
  end: () => Promise.resolve(),
});
