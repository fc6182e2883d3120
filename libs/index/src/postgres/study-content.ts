import type { PoolClient } from 'pg';
import { type InstancesStored, studyStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { HeldPack, StudyContent } from '../study-content.js';
import { findableSchema } from './findable-schema.js';

/** What a study's stream is read with. */
export type StudySource = Readonly<{ log: Pick<EventStore, 'read'>; keys: KeyRing }>;

/** What a study consists of, by its stream, whether others may see all of it or not; the caller holds the study's lock. */
export async function studyContent(
  client: PoolClient,
  source: StudySource,
  version: number,
  claim: string,
): Promise<StudyContent> {
  const told: Told = { digests: [], bytes: 0, packs: new Set(), jobs: new Set() };
  for await (const recorded of source.log.read(studyStream(claim)))
    if (recorded.type === 'InstancesStored') await hear(told, source.keys, recorded);
  return {
    digests: told.digests.sort(),
    bytes: told.bytes,
    packs: await packsOf(client, version, { claim, packs: [...told.packs] }),
    jobs: [...told.jobs],
  };
}

type Told = {
  readonly digests: string[];
  bytes: number;
  readonly packs: Set<string>;
  readonly jobs: Set<string>;
};

const hear = async (told: Told, keys: KeyRing, recorded: Recorded): Promise<void> => {
  const [opened] = await openRecorded<InstancesStored>(keys, [recorded], archiveUpcasters);
  if (opened === undefined) return;
  const { data, personal } = opened.event;
  for (const { sha256 } of personal?.instances ?? []) told.digests.push(sha256);
  told.bytes += data.bytes;
  for (const pack of data.packs) told.packs.add(pack);
  told.jobs.add(recorded.metadata.correlationId);
};

/** Of those packs the ones that are still there, and the study's own. */
const packsOf = async (
  client: PoolClient,
  version: number,
  { claim, packs }: Readonly<{ claim: string; packs: readonly string[] }>,
): Promise<readonly HeldPack[]> => {
  const { rows } = await client.query<HeldPack>(
    `select distinct pack, key from ${findableSchema(version)}.packs where pack = any ($1) or claim = $2 order by pack`,
    [packs, claim],
  );
  return rows;
};

/** Requests whose receipts name the study, so that sending one again isn't answered by what was true before. Reads all receipts of the hospital. */
export async function jobsNaming(
  client: PoolClient,
  { claim, hospital }: Readonly<{ claim: string; hospital: string }>,
): Promise<readonly string[]> {
  const { rows } = await client.query(
    `select j.id from study_access a join ingest_jobs j on j.hospital = $2 and j.completed_at is not null
       and (j.study = a.study_uid or position('"' || a.study_uid || '"' in j.receipt) > 0)
     where a.claim = $1 and a.study_uid <> ''`,
    [claim, hospital],
  );
  return rows.map(({ id }) => String(id));
}

/** Whether all bytes of a study lie in packs of its own, or can't be brought there: nothing waits to be settled. */
export async function isSettled(client: PoolClient, claim: string): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from settle_queue where claim = $1', [claim]);
  return rowCount === 0;
}

/** Has a study settled next that has bytes in packs of others. */
export async function settleNext(
  client: PoolClient,
  version: number,
  { claim, hospital }: Readonly<{ claim: string; hospital: string }>,
): Promise<void> {
  const schema = findableSchema(version);
  await client.query(
    `insert into settle_queue (claim, hospital, touched_at) select $1, $2, '-infinity'
     where exists (select from ${schema}.segments s, unnest(s.packs) as named where s.claim = $1
       and not exists (select from ${schema}.packs p where p.pack = named and p.claim = $1))
     on conflict (claim) do nothing`,
    [claim, hospital],
  );
}
