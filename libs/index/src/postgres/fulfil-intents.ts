import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent, PackSettled } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { OpenIntents } from '#events/append-intent';
import type { Append } from '#events/event-store';
import { openRecorded } from '#events/sealed-events';
import { lockForAppend } from '../lock-for-append.js';
import { type CatchUp, catchUpStudy, placePacks } from './catch-up-study.js';
import { findableSchema } from './findable-schema.js';
import { replayFindable } from './replay-findable.js';
import { quarantinedRows } from './replay-quarantine.js';

/** How long a pack stays after nothing names it: readers may have looked its place up a moment ago. */
const RETIRE_SECONDS = 60;

export type Fulfil = CatchUp & Readonly<{ pool: Pool; intents: OpenIntents<PoolClient> }>;

/**
 * Ends what dead processes intended (ADR 16): each intent is appended again, which says whether its facts are in the log, and if so they get
 * their rows. Answers with how many ended. Throws when the log can't be asked; what is left then waits for the next call.
 */
export async function fulfilIntents(fulfil: Fulfil): Promise<number> {
  let ended = 0;
  for (const intent of await fulfil.intents.list())
    if (await inTransaction(fulfil.pool, (client) => fulfilOne(fulfil, client, intent))) ended++;
  return ended;
}

/** Gives studies whose rows are behind the log what they lack. */
export async function catchUpStudies(fulfil: Fulfil, claims: readonly string[]): Promise<void> {
  if (claims.length === 0) return;
  await inTransaction(fulfil.pool, async (client) => {
    const versions = await lockForAppend(client, claims);
    for (const claim of claims) await catchUpStudy(client, versions, fulfil, claim);
  });
}

const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const done = await work(client);
    await client.query('commit');
    client.release();
    return done;
  } catch (error) {
    client.release(true);
    throw error;
  }
};

type Open = Readonly<{ id: string; claims: readonly string[] }>;

/** False: its owner lives, or somebody else has just ended it. */
const fulfilOne = async (
  fulfil: Fulfil,
  client: PoolClient,
  { id, claims }: Open,
): Promise<boolean> => {
  const { intents } = fulfil;
  if (!(await intents.adopt(client, id))) return false;
  const versions = await lockForAppend(client, claims);
  const appends = await intents.read(client, id);
  if (appends === undefined) return false;
  const { ok } = await fulfil.log.append(appends);
  if (ok) await apply(client, versions, fulfil, { claims, appends });
  await intents.end(client, id);
  return true;
};

type Recorded = Readonly<{ claims: readonly string[]; appends: readonly Append[] }>;

const apply = async (
  client: PoolClient,
  versions: readonly number[],
  fulfil: Fulfil,
  { claims, appends }: Recorded,
): Promise<void> => {
  const events = appends.flatMap((append) => append.events);
  const settled = events.flatMap(({ type, data }) =>
    type === 'PackSettled' ? [data as PackSettled['data']] : [],
  );
  for (const data of settled) await applySettled(client, versions, fulfil, data);
  const landed = events.flatMap(({ type, data }) =>
    type === 'PackLanded' ? [(data as { pack: string }).pack] : [],
  );
  for (const version of versions) await placePacks(client, version, fulfil, landed);
  for (const claim of claims) await catchUpStudy(client, versions, fulfil, claim);
  await keepAside(client, fulfil, appends);
};

/** Moves the rows to the settled pack, once, and lets the packs go that they named before. */
const applySettled = async (
  client: PoolClient,
  versions: readonly number[],
  fulfil: Fulfil,
  data: PackSettled['data'],
): Promise<void> => {
  const event = { type: 'PackSettled', data } as const;
  for (const version of versions) {
    const schema = findableSchema(version);
    const listed = await client.query(`select 1 from ${schema}.packs where pack = $1`, [data.pack]);
    if (listed.rowCount !== 0) continue;
    await client.query(
      `insert into retire_queue (pack, due_at)
       select distinct unnest(packs), now() + make_interval(secs => $2) from ${schema}.segments
       where claim = $1 and series = any($3) on conflict (pack) do update set due_at = excluded.due_at`,
      [data.claim, RETIRE_SECONDS, data.series.map(({ series }) => series)],
    );
    await placePacks(client, version, fulfil, [data.pack]);
    await replayFindable(client, version, [{ event, version: 1 }], fulfil.readExtract);
  }
};

/** Lists the parts that the log says are kept aside, since when it says so. */
const keepAside = async (
  client: PoolClient,
  { log, keys }: Fulfil,
  appends: readonly Append[],
): Promise<void> => {
  for (const { stream, events } of appends) {
    if (!events.some(({ type }) => type === 'InstancesQuarantined')) continue;
    const recorded = await Array.fromAsync(log.read(stream));
    const opened = await openRecorded<ArchiveEvent>(keys, recorded, archiveUpcasters);
    await client.query(
      `insert into quarantine (id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why, quarantined_at)
       select id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why, quarantined_at
       from json_populate_recordset(null::quarantine, $1) on conflict do nothing`,
      [JSON.stringify(opened.flatMap(quarantinedRows))],
    );
  }
};
