import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Append } from '#events/event-store';
import { postgresLog } from '#events/postgres/postgres-log';
import { auditDayDigests } from '#evidence/postgres/audit-day-digests';
import { allSeals } from '#evidence/postgres/log-seals';
import { indexOfEvent, leavesFrom } from '#evidence/postgres/read-leaves';
import { type LogVerdict, verifyLog } from '#evidence/verify-log';
import { createPool } from '#platform/postgres-pool';
import {
  type LogRound,
  type LogTransaction,
  logRound,
} from '../../apps/retention-worker/src/evidence/log-round.js';
import { logSealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

/** A log with its sealer, whose clock goes wrong by whole days. */
export type SealedLogArchive = Readonly<{
  pool: Pool;
  url: string;
  append: (...appends: readonly Append[]) => Promise<void>;
  /** Takes all of the log into its tree, and seals the days that are over when it's that many days ago. */
  seal: (daysAgo: number) => Promise<string | undefined>;
  round: () => Promise<LogRound>;
  /** A worker takes leaves and dies. */
  dieBehindLeaves: () => Promise<LogRound>;
  /** A worker whose log commits apart seals and dies. */
  dieBehindSeal: (daysAgo: number) => Promise<LogRound>;
  verify: () => Promise<LogVerdict>;
  /** Does what nobody may: the owner of the tables without their triggers. */
  tamper: (table: string, statement: string, values?: readonly unknown[]) => Promise<void>;
  close: () => Promise<void>;
}>;

const SHADOW = `create schema shadow;
  create table shadow.clock (days_ago int not null);
  insert into shadow.clock values (0);
  create function shadow.clock_timestamp() returns timestamptz language sql as
    'select pg_catalog.clock_timestamp() - make_interval(days => days_ago) from shadow.clock'`;

const PATIENCE_MS = 20_000;
const COUNTS = `select (select count(*) from events)::int as events, (select count(*) from evidence_leaves)::int as leaves`;

const die = (): never => {
  throw new Error('died');
};

export async function sealedLogArchive(): Promise<SealedLogArchive> {
  const database: TestDatabase = await testDatabase();
  const { pool } = database;
  await pool.query(SHADOW);
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=shadow,pg_catalog,public');
  const sealing = createPool({ url: url.href, name: 'test' });
  const log = postgresLog(pool);
  const within = logSealFrom(undefined);
  const round = () => logRound({ pool: sealing, logWithin: within });
  const take = () =>
    logRound({
      pool: sealing,
      logWithin: (client) => ({ ...within(client), nextHead: async () => undefined }),
    });
  const dying = async (change: (transaction: LogTransaction) => LogTransaction) => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const done = await logRound({
        pool: sealing,
        logWithin: (client) => change(within(client)),
      });
      if (performance.now() > deadline) return done;
      await sleep(5);
    }
  };
  /* Transactions of other tests on the same server hold the log back (design D16). */
  const takeAll = async () => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await pool.query<{ events: number; leaves: number }>(COUNTS);
      if (rows[0]?.events === rows[0]?.leaves) return;
      if (performance.now() > deadline) throw new Error('the log was not taken in time');
      if ((await take()).taken === 0) await sleep(5);
    }
  };
  const seal = async (daysAgo: number) => {
    await takeAll();
    await pool.query('update shadow.clock set days_ago = $1', [daysAgo]);
    const { sealed } = await round();
    await takeAll();
    return sealed;
  };
  return {
    pool,
    url: database.url,
    seal,
    round,
    dieBehindLeaves: () =>
      dying((transaction) => ({
        ...transaction,
        takeLeaves: async () => {
          const taken = await transaction.takeLeaves();
          return taken > 0 ? die() : taken;
        },
      })),
    dieBehindSeal: async (daysAgo) => {
      await takeAll();
      await pool.query('update shadow.clock set days_ago = $1', [daysAgo]);
      return dying((transaction) => ({
        ...transaction,
        append: async (appends) => {
          await log.append(appends);
          return die();
        },
      }));
    },
    append: async (...appends) => {
      if (!(await log.append(appends)).ok) throw new Error('not appended');
    },
    verify: async () =>
      verifyLog({
        ...{ log, seals: await allSeals(pool) },
        ...{ leaves: leavesFrom(pool), indexOf: indexOfEvent(pool) },
        auditDays: await auditDayDigests(pool),
      }),
    tamper: async (table, statement, values = []) => {
      await pool.query(`alter table ${table} disable trigger all`);
      await pool.query(statement, [...values]);
      await pool.query(`alter table ${table} enable trigger all`);
    },
    close: async () => {
      await sealing.end();
      await database.close();
    },
  };
}
