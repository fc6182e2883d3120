import type { Pool, PoolClient } from 'pg';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import type { ReadExtracts } from '../extracts-reader.js';
import { FINDABLE } from './active-version.js';
import { type Comparison, compareFindable, type ToldCompared } from './compare-findable.js';
import { COMPARED, type Versions } from './compared-tables.js';
import { findablePass } from './findable-pass.js';
import { createFindable, findableSchema } from './findable-schema.js';
import { keepOutAtHead } from './keep-out-at-head.js';
import { type EndIntents, keepAppendsOut, letAppendsIn, withRebuildLock } from './rebuild-lock.js';
import { type LogPass, NEAR_HEAD_EVENTS } from './rebuild-log-pass.js';
import { dropTouched, touchedGroups } from './touched-groups.js';

const REBUILD_LOCK = 'findable-rebuild';

export type Rebuild = Readonly<{
  pool: Pool;
  log: EventStore;
  keys: KeyRing;
  readExtracts: ReadExtracts;
  /** Hears how many facts have been replayed, … */
  progress: (events: number) => void;
  /** … then how many studies have been compared. */
  compared?: ToldCompared;
  /** Studies, or packs, that one statement compares. */
  groupsMax?: number;
  /** How long the old version stays for readers that looked up which one is active a moment ago. */
  graceMs: number;
  /** Switches in spite of a difference: the version in use is damaged. */
  repair: boolean;
  /** Given when the log isn't in the pool's database. */
  endIntents?: EndIntents;
}>;

/** What was done while stores waited: `facts` applied, `rows` of both versions compared, in `ms`. */
export type WhileKeptOut = Readonly<{ facts: number; rows: number; ms: number }>;

/** What a rebuild found: rows that differ between the old version and the new one, per table. Nothing is switched when any does, unless to repair. `rows`: compared, of both versions together. */
export type RebuildReport = Readonly<{
  from: number;
  to: number;
  events: number;
  rows: number;
  keptOut: WhileKeptOut;
  differing: Readonly<Record<string, number>>;
  switched: boolean;
}>;

/**
 * Builds version n+1 beside n while reads and stores go on, compares, and switches when they are equal (design D13). A study whose key is destroyed is left out.
 *
 * The comparison goes on beside stores, too (ADR 19). Version n runs ahead of what is replayed, so a study that is stored meanwhile may differ for a
 * while. It is compared again after each fact of it that is replayed: noted are all facts that are replayed since the comparison began. So
 * whatever is not noted hasn't changed in either version since it was compared. Appends are kept out only for the last few facts, at most
 * LOCKED_FACTS_MAX, what they touched, and the switch.
 */
export function rebuildFindable(rebuild: Rebuild): Promise<RebuildReport | 'running'> {
  return withRebuildLock(rebuild.pool, REBUILD_LOCK, async (client) => {
    await client.query(PLANS);
    const report = await build(rebuild, client);
    await client.query('reset enable_seqscan; reset jit');
    return report;
  });
}

/* Statistics of tables that are being filled mislead: every statement of a rebuild finds its rows by an index. */
const PLANS = 'set enable_seqscan = off; set jit = off';

const build = async (rebuild: Rebuild, client: PoolClient): Promise<RebuildReport> => {
  const from = await forgetPrevious(client);
  const versions = { from, to: from + 1 };
  await client.query(`drop schema if exists ${findableSchema(versions.to)} cascade`);
  await client.query(createFindable(versions.to));
  const touched = await touchedGroups(client);
  const source = { ...rebuild, beside: rebuild.endIntents !== undefined };
  const pass = findablePass(source, { client, version: versions.to, touched });
  await pass.nearHead();
  await analyze(client, versions.to);
  const comparison = await compareFindable(
    client,
    { ...versions, groupsMax: rebuild.groupsMax },
    touched,
  );
  touched.watch();
  await endAppends(rebuild, client);
  await comparison.all(rebuild.compared ?? (() => undefined));
  const compared = await compareLast(rebuild, client, { pass, comparison });
  const { differing } = compared;
  const switched = rebuild.repair || Object.values(differing).every((count) => count === 0);
  if (switched) await switchTo(client, versions);
  const ms = await letAppendsIn(client);
  await comparison.drop();
  await dropTouched(client);
  if (switched) await dropOld(client, rebuild.graceMs);
  const { facts, rows } = compared;
  const keptOut = { facts, rows, ms };
  return {
    ...versions,
    events: pass.events(),
    rows: comparison.rows(),
    keptOut,
    differing,
    switched,
  };
};

/** So that searches, too, are planned by what is in it. */
const analyze = async (client: PoolClient, version: number): Promise<void> => {
  const schema = findableSchema(version);
  for (const { table } of COMPARED) await client.query(`analyze ${schema}.${table}`);
};

/** With a log elsewhere a fact may be replayed before its rows are in use: from here on, the rows of all that has been replayed are. */
const endAppends = async ({ endIntents }: Rebuild, client: PoolClient): Promise<void> => {
  if (endIntents === undefined) return;
  await keepAppendsOut(client, endIntents);
  await letAppendsIn(client);
};

type Ends = Readonly<{
  pass: Pick<LogPass, 'events' | 'upToHead' | 'drain'>;
  comparison: Comparison;
}>;

/** Compares what was stored meanwhile, round after round, and what little is left while appends are kept out; they stay so. */
const compareLast = async (rebuild: Rebuild, client: PoolClient, { pass, comparison }: Ends) => {
  let [events, rows] = [0, 0];
  await keepOutAtHead(client, pass, rebuild.endIntents, async () => {
    for (let facts = Number.POSITIVE_INFINITY; facts > NEAR_HEAD_EVENTS; ) {
      facts = await pass.upToHead();
      await endAppends(rebuild, client);
      await comparison.touched();
    }
    [events, rows] = [pass.events(), comparison.rows()];
  });
  await comparison.touched();
  return {
    facts: pass.events() - events,
    rows: comparison.rows() - rows,
    differing: comparison.differing(),
  };
};

const switchTo = async (client: PoolClient, { from, to }: Versions): Promise<void> => {
  await client.query('update projections set active = $2, also = $3 where name = $1', [
    FINDABLE,
    to,
    from,
  ]);
};

const dropOld = async (client: PoolClient, graceMs: number): Promise<void> => {
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
