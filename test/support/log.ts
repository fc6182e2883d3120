import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { vi } from 'vitest';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import { kurrentLog } from '#events/kurrentdb/kurrent-log';
import type { Log } from '#events/log';
import { bindLog } from '#events/postgres/log-engine';
import { postgresLog } from '#events/postgres/postgres-log';
import { testDatabase } from './postgres.js';

/** A log of one's own for a test, apart from the database of its index; `plan` says to a child process how to open the same. */
export type TestLog = Readonly<{
  log: Log;
  plan: LogPlan;
  facts: () => Promise<readonly Fact[]>;
  close: () => Promise<void>;
}>;

/** What tests look at in a recorded fact. */
export type Fact = Pick<Recorded, 'stream' | 'type' | 'data' | 'metadata'>;

export type LogPlan = Readonly<{ postgres: string } | { url: string; prefix: string }>;

/** Where tests keep the log: 'within' the database of the index, 'apart' in another, or in the KurrentDB that the environment names. */
export type LogPlace = 'within' | 'apart' | 'kurrentdb';

/** The log that this run's environment asks for, unless a place is given; undefined: in the database of the index. */
export async function testLog(place: LogPlace = placeOfRun()): Promise<TestLog | undefined> {
  if (place === 'within') return undefined;
  return place === 'apart' ? apart() : inKurrent();
}

const placeOfRun = (): LogPlace => {
  if (process.env['ARKIM_KURRENTDB_URL']) return 'kurrentdb';
  return process.env['ARKIM_TEST_LOG'] === 'apart' ? 'apart' : 'within';
};

/** A log that doesn't commit with the index: the KurrentDB of this run, or else another database. */
export const placeBeside = (): LogPlace =>
  process.env['ARKIM_KURRENTDB_URL'] ? 'kurrentdb' : 'apart';

/** Streams of its own on the server that all tests of the run share. */
const inKurrent = async (): Promise<TestLog> => {
  const url = process.env['ARKIM_KURRENTDB_URL'] ?? '';
  const plan = { url, prefix: `test-${randomUUID()}-` };
  const log = kurrentLog(plan);
  return { log, plan, facts: () => factsOf(log), close: log.close };
};

/** PostgreSQL, but no transaction that spans it and the index: what holds of the seam holds of any engine. */
const apart = async (): Promise<TestLog> => {
  const { pool, url, close } = await testDatabase();
  const facts = () => factsIn(pool);
  return { log: withoutDelay(pool), plan: { postgres: url }, facts, close };
};

const DELAY_MS = 5;

/** The log as one gives it that knows no transactions: what is recorded is read at once (design D16 lets PostgreSQL wait for older transactions). */
const withoutDelay = (pool: Pool): Log => {
  const log = postgresLog(pool);
  const after: Log['after'] = async (checkpoint, limit) => {
    for (;;) {
      const { rows } = await pool.query(
        `select xid::text || ':' || position as head from events order by xid desc, position desc limit 1`,
      );
      const page = await log.after(checkpoint, limit);
      if (page.length > 0 || rows[0]?.head === checkpoint) return page;
      await delay(DELAY_MS);
    }
  };
  return { ...log, after };
};

/** All facts in a database's log, also those that `after` holds back because other tests have transactions open. */
export async function factsIn(pool: Pool): Promise<readonly Fact[]> {
  const { rows } = await pool.query(
    'select stream, type, data, metadata from events order by xid, position',
  );
  return rows.map((row) => ({
    ...row,
    data: JSON.parse(row.data) as unknown,
    metadata: JSON.parse(row.metadata) as Recorded['metadata'],
  }));
}

/** All facts of a log that holds nothing back. */
async function factsOf(log: EventStore): Promise<readonly Fact[]> {
  const all: Recorded[] = [];
  for (let page = await log.after(undefined, PAGE); page.length > 0; ) {
    all.push(...page);
    page = await log.after(page.at(-1)?.checkpoint, PAGE);
  }
  return all;
}

const PAGE = 500;

/** Commands that run in this process find the log where the archive's own programs do. */
export const stubLog = (plan: LogPlan | undefined): void => {
  const kurrent = plan !== undefined && 'url' in plan ? plan : undefined;
  vi.stubEnv('ARKIM_KURRENTDB_URL', kurrent?.url);
  vi.stubEnv('ARKIM_KURRENTDB_PREFIX', kurrent?.prefix);
};

/** As the supervisor does before it starts an archive. */
export const bindToPlan = async (pool: Pool, beside: TestLog | undefined): Promise<void> => {
  if (beside === undefined || 'postgres' in beside.plan) return;
  const refused = await bindLog(pool, beside.log);
  if (refused !== undefined) throw new Error(refused);
};
