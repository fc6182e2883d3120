import type { PoolClient } from 'pg';
import {
  type ArchiveEvent,
  type InstancesStored,
  packStream,
  studyStream,
} from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { KeyRing } from '#events/key-ring';
import type { Log } from '#events/log';
import { openRecorded } from '#events/sealed-events';
import type { AccessRow } from '../access-row.js';
import type { ReadExtract } from '../extract-reader.js';
import { readEach } from '../extracts-reader.js';
import type { OpaqueIds } from '../opaque-ids.js';
import { sharedPatientLocks } from '../patient-locks.js';
import { visibilityOf } from '../project-findable.js';
import type { TermsOf } from '../terms-of.js';
import { writeAccess } from './access-rows.js';
import { findableSchema } from './findable-schema.js';
import { type Replayed, replayFindable, replayPlaces } from './replay-findable.js';
import { reservedRows } from './replay-reservations.js';
import { statedAccess } from './replay-study-access.js';
import { replayExams } from './replay-study-exams.js';
import { momentsOf, writeStates } from './study-states.js';

/** What rows are made of when the log is ahead of them. */
export type CatchUp = Readonly<{
  log: Log;
  keys: KeyRing;
  readExtract: ReadExtract;
  ids: OpaqueIds;
  termsOf: TermsOf;
}>;

/** Facts read and applied together; each is at most half a megabyte. */
const FACTS_AT_ONCE_MAX = 32;

/**
 * Gives each of these versions of the findable projection, and the reservations, what the log tells of a study beyond its row. The caller's
 * transaction holds the study's lock. Rows that have it all stay as they are.
 */
export async function catchUpStudy(
  client: PoolClient,
  versions: readonly number[],
  source: CatchUp,
  claim: string,
): Promise<void> {
  for (const version of versions) {
    const row = await rowVersion(client, version, claim);
    for await (const chunk of chunksOf(source.log.read(studyStream(claim), row)))
      await applyChunk(client, version, source, chunk);
  }
}

/** The version of the study's stream that its row has taken in; 0 without a row. */
const rowVersion = async (client: PoolClient, version: number, claim: string): Promise<number> => {
  const { rows } = await client.query(
    `select version from ${findableSchema(version)}.studies where claim = $1
     union all select version from ${findableSchema(version)}.unseen_studies where claim = $1`,
    [claim],
  );
  return Number(rows[0]?.version ?? 0);
};

async function* chunksOf(events: AsyncIterable<Recorded>): AsyncGenerator<readonly Recorded[]> {
  let chunk: Recorded[] = [];
  for await (const recorded of events) {
    chunk.push(recorded);
    if (chunk.length < FACTS_AT_ONCE_MAX) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

const applyChunk = async (
  client: PoolClient,
  version: number,
  source: CatchUp,
  chunk: readonly Recorded[],
): Promise<void> => {
  const opened = await openRecorded<ArchiveEvent>(source.keys, chunk, archiveUpcasters);
  const stored = opened.flatMap(({ event }) => (event.type === 'InstancesStored' ? [event] : []));
  await placePacks(
    client,
    version,
    source,
    stored.flatMap(({ data }) => data.packs),
  );
  const replayed = opened.map(({ event, recorded }) => ({ event, version: recorded.version }));
  await replayFindable(client, version, replayed, source.readExtract);
  const { termsOf } = source;
  await replayExams(client, replayed, { readExtracts: readEach(source.readExtract), termsOf });
  const rows = opened.flatMap((fact) => reservedRows(source.ids, fact));
  await client.query(
    `insert into reservations (uid_hash, claim, series, sha256, bytes)
     select uid_hash, claim, series, sha256, bytes
     from json_populate_recordset(null::reservations, $1) on conflict do nothing`,
    [JSON.stringify(rows)],
  );
  await writeStated(client, opened.flatMap(statedAccess));
  await fillMoments(
    client,
    version,
    stored.map(({ data }) => data.claim),
  );
  if (opened.some(({ event }) => visibilityOf(event, 0) !== undefined))
    await writeStates(client, version, [...new Set(opened.map(({ event }) => claimOf(event)))]);
  await touchSettleQueue(client, stored);
};

const claimOf = ({ data }: ArchiveEvent) => (data as Readonly<{ claim: string }>).claim;

/** Whose the studies are that these facts begin. */
const writeStated = async (client: PoolClient, rows: readonly AccessRow[]): Promise<void> => {
  const patients = rows.map(({ patient }) => patient).sort();
  await client.query(sharedPatientLocks('$1::text[]'), [patients]);
  await writeAccess(client, rows);
};

/** When the studies were, as their findable rows say it. */
const fillMoments = async (client: PoolClient, version: number, claims: readonly string[]) => {
  await client.query(
    `update study_access a set study_date = s.study_date, study_time = s.study_time from (${momentsOf(findableSchema(version))}) s
     where s.claim = a.claim and a.claim = any($1) and (a.study_date, a.study_time) <> (s.study_date, s.study_time)`,
    [claims],
  );
};

/** Lists packs as the log tells of them to its end: one that was removed stays unlisted. */
export async function placePacks(
  client: PoolClient,
  version: number,
  { log }: Pick<CatchUp, 'log'>,
  packs: readonly string[],
): Promise<void> {
  for (const pack of new Set(packs)) {
    const told: Replayed[] = [];
    for await (const recorded of log.read(packStream(pack)))
      told.push({ event: unsealed(recorded), version: recorded.version });
    await replayPlaces(client, version, told);
  }
}

/** Facts of packs have no sealed part. */
const unsealed = ({ type, data }: Recorded) => ({ type, data }) as ArchiveEvent;

const touchSettleQueue = async (client: PoolClient, stored: readonly InstancesStored[]) => {
  const hospitals = new Map(stored.map(({ data }) => [data.claim, data.hospital]));
  if (hospitals.size === 0) return;
  await client.query(
    `insert into settle_queue (claim, hospital) select * from unnest($1::text[], $2::text[])
     on conflict (claim) do update set touched_at = now()`,
    [[...hospitals.keys()], [...hospitals.values()]],
  );
};
