import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Checkpoint, Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { ReadExtract } from '../extract-reader.js';
import { FINDABLE } from './active-version.js';
import { createFindable, findableSchema } from './findable-schema.js';
import { type Replayed, replayFindable, replayPlaces } from './replay-findable.js';

const PAGE_EVENTS = 500;
/** When so few facts came while the pass ran to the head, it is near enough: stores that go on would keep it from ever being reached. */
const NEAR_HEAD_EVENTS = 64;
const REPLAY_TRIES_MAX = 10;
/** Facts are appended under a shared lock of this name; a switch takes it alone for the last facts and the comparison, and stores wait meanwhile. */
export const SWITCH_LOCK = 'findable-switch';
const REBUILD_LOCK = 'findable-rebuild';

export type Rebuild = Readonly<{
  pool: Pool;
  log: EventStore;
  keys: KeyRing;
  readExtract: ReadExtract;
  progress: (events: number) => void;
  /** How long the old version stays for readers that looked up which one is active a moment ago. */
  graceMs: number;
}>;

/** What a rebuild found: rows that differ between the old version and the new one, per table. Nothing is switched when any does. */
export type RebuildReport = Readonly<{
  from: number;
  to: number;
  events: number;
  differing: Readonly<Record<string, number>>;
  switched: boolean;
}>;

/** Builds version n+1 beside n while reads and stores go on, compares, and switches when they are equal (design D13). */
export async function rebuildFindable(rebuild: Rebuild): Promise<RebuildReport | 'running'> {
  const client = await rebuild.pool.connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtext($1)) as locked', [
      REBUILD_LOCK,
    ]);
    if (rows[0]?.locked !== true) return 'running';
    return await build(rebuild, client);
  } finally {
    await client.query('select pg_advisory_unlock_all()');
    client.release();
  }
}

const build = async (rebuild: Rebuild, client: PoolClient): Promise<RebuildReport> => {
  const from = await forgetPrevious(client);
  const to = from + 1;
  await client.query(`drop schema if exists ${findableSchema(to)} cascade`);
  await client.query(createFindable(to));
  const passes = openPasses(rebuild, client, to);
  await passes.nearHead();
  await client.query('select pg_advisory_lock(hashtext($1))', [SWITCH_LOCK]);
  await passes.drain();
  const differing = await compare(client, from, to);
  const switched = Object.values(differing).every((count) => count === 0);
  await finish(client, { from, to, switched, graceMs: rebuild.graceMs });
  return { from, to, events: passes.events(), differing, switched };
};

const openPasses = (rebuild: Rebuild, client: PoolClient, version: number) => {
  let placesAt: Checkpoint | undefined;
  let rowsAt: Checkpoint | undefined;
  let events = 0;
  const nextPlaces = async () => {
    const page = await rebuild.log.after(placesAt, PAGE_EVENTS);
    await inTransaction(client, async () =>
      replayPlaces(client, version, await open(rebuild, page)),
    );
    placesAt = page.at(-1)?.checkpoint ?? placesAt;
    return page;
  };
  /** Places are read after the page, so that they know its packs. A pack that is let go meanwhile is looked for again, where its bytes were settled. */
  const replayRows = async (opened: readonly Replayed[], tries: number): Promise<void> => {
    await upToHead(client, nextPlaces);
    const replay = () => replayFindable(client, version, opened, rebuild.readExtract);
    try {
      await inTransaction(client, replay);
    } catch (error) {
      if (tries === REPLAY_TRIES_MAX) throw error;
      await client.query('select pg_sleep(0.1)');
      await replayRows(opened, tries + 1);
    }
  };
  const nextRows = async () => {
    const page = await rebuild.log.after(rowsAt, PAGE_EVENTS);
    await replayRows(await open(rebuild, page), 1);
    rowsAt = page.at(-1)?.checkpoint ?? rowsAt;
    events += page.length;
    rebuild.progress(events);
    return page;
  };
  const toHead = async () => {
    while ((await nextRows()).length > 0);
  };
  return {
    events: () => events,
    nearHead: async () => {
      while ((await upToHead(client, nextRows)) > NEAR_HEAD_EVENTS);
    },
    /** Every fact is committed by now; the reader only waits for unrelated transactions that are older. */
    drain: async () => {
      const head = await logHead(client);
      await toHead();
      while (rowsAt !== head) {
        await client.query('select pg_sleep(0.02)');
        await toHead();
      }
    },
  };
};

/** Takes pages until the fact that was the last one at the beginning has passed; answers with the number of facts. A page may be short before the head. */
const upToHead = async (
  client: PoolClient,
  next: () => Promise<readonly Recorded[]>,
): Promise<number> => {
  const head = await logHead(client);
  let events = 0;
  for (let page = await next(); page.length > 0; page = await next()) {
    events += page.length;
    if (page.some(({ checkpoint }) => checkpoint === head)) break;
  }
  return events;
};

const logHead = async (client: PoolClient): Promise<string | undefined> => {
  const { rows } = await client.query(
    `select xid::text || ':' || position as head from events order by xid desc, position desc limit 1`,
  );
  return rows[0]?.head;
};

const open = async ({ keys }: Rebuild, page: readonly Recorded[]) => {
  const opened = await openRecorded<ArchiveEvent>(keys, page, archiveUpcasters);
  return opened.map(({ event, recorded }) => ({ event, version: recorded.version }));
};

const inTransaction = async (client: PoolClient, work: () => Promise<void>) => {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};

const TABLES = ['studies', 'series', 'segments', 'packs'] as const;

const compare = async (client: PoolClient, from: number, to: number) => {
  const differing: Record<string, number> = {};
  for (const table of TABLES) {
    const [old, built] = [`${findableSchema(from)}.${table}`, `${findableSchema(to)}.${table}`];
    const { rows } = await client.query(
      `select (select count(*) from (table ${old} except table ${built}) o)
        + (select count(*) from (table ${built} except table ${old}) n) as count`,
    );
    differing[table] = Number(rows[0]?.count);
  }
  return differing;
};

type Finished = Readonly<{ from: number; to: number; switched: boolean; graceMs: number }>;

const finish = async (client: PoolClient, { from, to, switched, graceMs }: Finished) => {
  if (switched)
    await client.query('update projections set active = $2, also = $3 where name = $1', [
      FINDABLE,
      to,
      from,
    ]);
  await client.query('select pg_advisory_unlock(hashtext($1))', [SWITCH_LOCK]);
  if (!switched) return;
  await client.query('select pg_sleep($1)', [graceMs / 1000]);
  await forgetPrevious(client);
};

/** Ends what a switch leaves, also one whose process died: the version before is no longer written along, and dropped. Answers with the active one. */
const forgetPrevious = async (client: PoolClient): Promise<number> => {
  await client.query('select pg_advisory_lock(hashtext($1))', [SWITCH_LOCK]);
  const { rows } = await client.query('select active, also from projections where name = $1', [
    FINDABLE,
  ]);
  await client.query('update projections set also = null where name = $1', [FINDABLE]);
  await client.query('select pg_advisory_unlock(hashtext($1))', [SWITCH_LOCK]);
  if (rows[0]?.also != null)
    await client.query(`drop schema if exists ${findableSchema(Number(rows[0].also))} cascade`);
  return Number(rows[0]?.active);
};
