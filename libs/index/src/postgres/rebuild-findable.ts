import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { ReadExtract } from '../extract-reader.js';
import { FINDABLE } from './active-version.js';
import { createFindable, findableSchema } from './findable-schema.js';
import { inTransaction } from './in-transaction.js';
import { type EndIntents, keepAppendsOut, letAppendsIn, withRebuildLock } from './rebuild-lock.js';
import { type LogPass, logPass } from './rebuild-log-pass.js';
import { type Replayed, replayFindable, replayPlaces } from './replay-findable.js';

const REPLAY_TRIES_MAX = 10;
const REBUILD_LOCK = 'findable-rebuild';

export type Rebuild = Readonly<{
  pool: Pool;
  log: EventStore;
  keys: KeyRing;
  readExtract: ReadExtract;
  progress: (events: number) => void;
  /** How long the old version stays for readers that looked up which one is active a moment ago. */
  graceMs: number;
  /** Switches in spite of a difference: the version in use is damaged. */
  repair: boolean;
  /** Given when the log isn't in the pool's database. */
  endIntents?: EndIntents;
}>;

/** What a rebuild found: rows that differ between the old version and the new one, per table. Nothing is switched when any does, unless to repair. */
export type RebuildReport = Readonly<{
  from: number;
  to: number;
  events: number;
  differing: Readonly<Record<string, number>>;
  switched: boolean;
}>;

/** Builds version n+1 beside n while reads and stores go on, compares, and switches when they are equal (design D13). A study whose key is destroyed is left out. */
export function rebuildFindable(rebuild: Rebuild): Promise<RebuildReport | 'running'> {
  return withRebuildLock(rebuild.pool, REBUILD_LOCK, (client) => build(rebuild, client));
}

const build = async (rebuild: Rebuild, client: PoolClient): Promise<RebuildReport> => {
  const from = await forgetPrevious(client);
  const to = from + 1;
  await client.query(`drop schema if exists ${findableSchema(to)} cascade`);
  await client.query(createFindable(to));
  const pass = openPass(rebuild, client, to);
  await pass.nearHead();
  await keepAppendsOut(client, rebuild.endIntents);
  await pass.drain();
  const differing = await compare(client, from, to);
  const switched = rebuild.repair || Object.values(differing).every((count) => count === 0);
  await finish(client, { from, to, switched, graceMs: rebuild.graceMs });
  return { from, to, events: pass.events(), differing, switched };
};

const openPass = (rebuild: Rebuild, client: PoolClient, version: number): LogPass => {
  const beside = rebuild.endIntents !== undefined;
  const places = logPass(client, {
    log: rebuild.log,
    beside,
    apply: async (page) => {
      const opened = await open(rebuild, page);
      await inTransaction(client, () => replayPlaces(client, version, opened));
    },
  });
  /** Places are read after the page, so that they know its packs. A pack that is let go meanwhile is looked for again, where its bytes were settled. */
  const replayRows = async (opened: readonly Replayed[], tries: number): Promise<void> => {
    await places.upToHead(rows.events() + opened.length);
    const replay = () => replayFindable(client, version, opened, rebuild.readExtract);
    try {
      await inTransaction(client, replay);
    } catch (error) {
      if (tries === REPLAY_TRIES_MAX) throw error;
      await client.query('select pg_sleep(0.1)');
      await replayRows(opened, tries + 1);
    }
  };
  const rows = logPass(client, {
    log: rebuild.log,
    beside,
    progress: rebuild.progress,
    apply: async (page) => replayRows(await open(rebuild, page), 1),
  });
  return rows;
};

const open = async ({ keys }: Rebuild, page: readonly Recorded[]) => {
  const opened = await openRecorded<ArchiveEvent>(keys, page, archiveUpcasters);
  return opened.map(({ event, recorded }) => ({ event, version: recorded.version }));
};

const TABLES = ['studies', 'series', 'segments', 'packs'] as const;

/** Columns that a version from before them holds empty: a rebuild is what fills them, so they are no difference. */
const FILLED_BY_REBUILD = ['patient_name_keys', 'referring_keys'];

const compare = async (client: PoolClient, from: number, to: number) => {
  const differing: Record<string, number> = {};
  for (const table of TABLES) {
    const columns = await comparedColumns(client, findableSchema(to), table);
    const [old, built] = [from, to].map(
      (version) => `select ${columns} from ${findableSchema(version)}.${table}`,
    );
    const { rows } = await client.query(
      `select (select count(*) from (${old} except ${built}) o)
        + (select count(*) from (${built} except ${old}) n) as count`,
    );
    differing[table] = Number(rows[0]?.count);
  }
  return differing;
};

const comparedColumns = async (client: PoolClient, schema: string, table: string) => {
  const { rows } = await client.query(
    `select string_agg(column_name, ', ' order by ordinal_position) as columns from information_schema.columns
     where table_schema = $1 and table_name = $2 and column_name <> all($3)`,
    [schema, table, FILLED_BY_REBUILD],
  );
  return String(rows[0]?.columns);
};

type Finished = Readonly<{ from: number; to: number; switched: boolean; graceMs: number }>;

const finish = async (client: PoolClient, { from, to, switched, graceMs }: Finished) => {
  if (switched)
    await client.query('update projections set active = $2, also = $3 where name = $1', [
      FINDABLE,
      to,
      from,
    ]);
  await letAppendsIn(client);
  if (!switched) return;
  await client.query('select pg_sleep($1)', [graceMs / 1000]);
  await forgetPrevious(client);
};

/** Ends what a switch leaves, also one whose process died: the version before is no longer written along, and dropped. Answers with the active one. */
const forgetPrevious = async (client: PoolClient): Promise<number> => {
  await keepAppendsOut(client);
  const { rows } = await client.query('select active, also from projections where name = $1', [
    FINDABLE,
  ]);
  await client.query('update projections set also = null where name = $1', [FINDABLE]);
  await letAppendsIn(client);
  if (rows[0]?.also != null)
    await client.query(`drop schema if exists ${findableSchema(Number(rows[0].also))} cascade`);
  return Number(rows[0]?.active);
};
