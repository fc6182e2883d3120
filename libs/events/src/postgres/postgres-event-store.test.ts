import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import type { Checkpoint } from '../event.js';
import { eventStoreContract, type MortalProjection } from '../event-store.contract.js';
import { appendOf, collect, fact, follow, label, metadata } from '../event-store.testing.js';
import { lastEventTypes } from './last-event-types.js';
import { oldestTransactionAgeSeconds } from './oldest-transaction.js';
import { postgresEventStore } from './postgres-event-store.js';
import { streamVersions } from './stream-versions.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  ({ pool } = database);
});
beforeEach(() => emptyLog(pool));
afterAll(() => database.close());

eventStoreContract(async () => ({
  store: postgresEventStore(pool),
  projection: await postgresProjection(pool),
}));

const begin = async () => {
  const client = await pool.connect();
  await client.query('begin');
  return { client, store: postgresEventStore(client) };
};
const end = async (client: PoolClient, how: 'commit' | 'rollback') => {
  await client.query(how);
  client.release();
};

test('an event that commits late is not skipped: nothing above it is read before', async () => {
  const store = postgresEventStore(pool);
  await store.append([appendOf('before', 0)]);
  const [before] = await follow(store, 1);
  const late = await begin();
  await late.store.append([appendOf('late', 0)]);
  await store.append([appendOf('early', 0)]);
  expect(await store.after(before?.checkpoint, 10)).toEqual([]);
  await end(late.client, 'commit');
  const seen = await follow(store, 2, { checkpoint: before?.checkpoint });
  expect(seen.map(label)).toEqual(['late/1', 'early/1']);
});

test('an early position in a late transaction is not skipped', async () => {
  const store = postgresEventStore(pool);
  const [first, second] = [await begin(), await begin()];
  await first.client.query('select pg_current_xact_id()');
  await second.store.append([appendOf('second', 0)]);
  await first.store.append([appendOf('first', 0)]);
  await end(second.client, 'commit');
  expect(await store.after(undefined, 10)).toEqual([]);
  await end(first.client, 'commit');
  expect((await follow(store, 2)).map(label)).toEqual(['first/1', 'second/1']);
});

test('a transaction that rolls back leaves no trace and no hole', async () => {
  const store = postgresEventStore(pool);
  const lost = await begin();
  await lost.store.append([appendOf('lost', 0)]);
  await store.append([appendOf('kept', 0)]);
  await end(lost.client, 'rollback');
  expect((await follow(store, 1)).map(label)).toEqual(['kept/1']);
  expect(await collect(store.read('lost'))).toEqual([]);
  expect((await store.append([appendOf('lost', 0)])).ok).toBe(true);
});

test('transactions that commit in any order are each followed once, while they run', async () => {
  const write = async (n: number) => {
    await sleep((n * 7) % 40);
    const { client, store } = await begin();
    await store.append([appendOf(`a${n}`, 0, 2)]);
    await sleep((n * 13) % 30);
    await store.append([appendOf(`b${n}`, 0)]);
    await end(client, n % 5 === 0 ? 'rollback' : 'commit');
  };
  const writers = Promise.all(Array.from({ length: 60 }, (_, n) => write(n)));
  const seen = (await follow(postgresEventStore(pool), 48 * 3, { limit: 5 })).map(label);
  await writers;
  const expected = Array.from({ length: 60 }, (_, n) => n)
    .filter((n) => n % 5 !== 0)
    .flatMap((n) => [`a${n}/1`, `a${n}/2`, `b${n}/1`]);
  expect(seen.toSorted()).toEqual(expected.toSorted());
});

test("a conflict leaves the caller's transaction usable, with its rows, without the append's", async () => {
  const store = postgresEventStore(pool);
  await pool.query('create table rows (n int)');
  await store.append([appendOf('taken', 0)]);
  const { client, store: within } = await begin();
  await client.query('insert into rows values (1)');
  expect((await within.append([appendOf('first', 0)])).ok).toBe(true);
  const lost = { stream: 'taken', expected: 0, events: [fact('lost')], metadata };
  expect((await within.append([appendOf('undone', 0), lost])).ok).toBe(false);
  expect((await within.append([appendOf('gap', 7)])).ok).toBe(false);
  expect((await within.append([appendOf('taken', 0)])).ok).toBe(true);
  expect((await within.append([appendOf('second', 0)])).ok).toBe(true);
  await end(client, 'commit');
  expect((await pool.query('select n from rows')).rows).toEqual([{ n: 1 }]);
  expect((await follow(store, 3)).map(label)).toEqual(['taken/1', 'first/1', 'second/1']);
});

test("an older transaction can't append after a younger one: readers would meet the stream turned round", async () => {
  const store = postgresEventStore(pool);
  const older = await begin();
  await older.client.query('select pg_current_xact_id()');
  await store.append([appendOf('s', 0)]);
  expect(await older.store.append([appendOf('s', 1)])).toMatchObject({ ok: false });
  expect((await older.store.append([appendOf('other', 0)])).ok).toBe(true);
  await end(older.client, 'commit');
  const again = await begin();
  expect(await again.store.append([appendOf('s', 1)])).toEqual({ ok: true, versions: [2] });
  await end(again.client, 'commit');
  expect((await follow(store, 3)).map(label)).toEqual(['other/1', 's/1', 's/2']);
});

test('a fault within the transaction is thrown, and the transaction is usable', async () => {
  const { client, store } = await begin();
  await store.append([appendOf('kept', 0)]);
  await client.query('alter table events add constraint no_more check (version < 5) not valid');
  await expect(store.append([appendOf('lost', 0, 9)])).rejects.toThrow(/no_more/);
  expect((await store.append([appendOf('more', 0)])).ok).toBe(true);
  await end(client, 'commit');
});

test('a writer waits for the other, and wins when the other rolls back', async () => {
  const first = await begin();
  await first.store.append([{ ...appendOf('s', 0), events: [fact('first')] }]);
  const second = postgresEventStore(pool).append([
    { ...appendOf('s', 0), events: [fact('second')] },
  ]);
  await untilBlocked(1);
  await end(first.client, 'rollback');
  expect(await second).toEqual({ ok: true, versions: [1] });
});

test('writers of the same streams in opposite orders do not deadlock behind a third', async () => {
  const store = postgresEventStore(pool);
  const third = await begin();
  await third.store.append([appendOf('m', 0)]);
  const writer = (streams: readonly string[], name: string) =>
    store.append(
      streams.map((stream) => ({ ...appendOf(stream, 0), events: [fact(`${name} ${stream}`)] })),
    );
  const both = Promise.all([writer(['a', 'm', 'z'], 'one'), writer(['z', 'm', 'a'], 'two')]);
  await untilBlocked(2);
  await end(third.client, 'rollback');
  expect((await both).map(({ ok }) => ok).toSorted()).toEqual([false, true]);
});

test('a client that has not begun a transaction is refused', async () => {
  const client = await pool.connect();
  await expect(postgresEventStore(client).append([appendOf('s', 0)])).rejects.toThrow(
    /transaction block/,
  );
  client.release();
});

test.each(['update events set version = 2', 'delete from events', 'truncate events'])(
  'the log forgets nothing: %s',
  async (sql) => {
    await postgresEventStore(pool).append([appendOf('s', 0)]);
    await expect(pool.query(sql)).rejects.toThrow(/append-only/);
  },
);

test('versions are those that the asker sees: its own, not those of a transaction beside it', async () => {
  await postgresEventStore(pool).append([appendOf('s', 0, 2), appendOf('t', 0)]);
  const { client, store } = await begin();
  await store.append([appendOf('s', 2), appendOf('new', 0)]);
  const versions = (db: Pool | PoolClient) => streamVersions(db, ['s', 't', 'new', 'none']);
  expect(Object.fromEntries(await versions(client))).toEqual({ s: 3, t: 1, new: 1, none: 0 });
  expect(Object.fromEntries(await versions(pool))).toEqual({ s: 2, t: 1, new: 0, none: 0 });
  await end(client, 'rollback');
});

test('the last type is that of the highest version; a stream that does not exist has none', async () => {
  const events = [fact('first'), { ...fact('second'), type: 'Removed' }];
  await postgresEventStore(pool).append([{ ...appendOf('s', 0), events }, appendOf('t', 0)]);
  expect(await lastEventTypes(pool, ['s', 't', 'none'])).toEqual(
    new Map([
      ['s', 'Removed'],
      ['t', 'Counted'],
    ]),
  );
});

test('the age of the oldest writing transaction is told, in seconds', async () => {
  const { client, store } = await begin();
  await store.append([appendOf('s', 0)]);
  await sleep(30);
  const seconds = await oldestTransactionAgeSeconds(pool);
  expect(seconds).toBeGreaterThanOrEqual(0.03);
  await end(client, 'rollback');
});

/** Waits until so many sessions of this database wait for another's transaction. */
async function untilBlocked(count: number): Promise<void> {
  const sql = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while (((await pool.query(sql)).rowCount ?? 0) < count) await sleep(2);
}

const emptyLog = (db: Pool) =>
  db.query(`alter table events disable trigger events_append_only; truncate events;
    alter table events enable trigger events_append_only`);

/** Rows and checkpoint in one transaction; to die is to lose the connection. */
async function postgresProjection(db: Pool): Promise<MortalProjection> {
  await db.query(`drop table if exists applied, checkpoint;
    create table applied (n int generated always as identity, label text);
    create table checkpoint (checkpoint text); insert into checkpoint values (null)`);
  let death: 'before-commit' | 'after-commit' | undefined;
  const die = (client: PoolClient) => {
    death = undefined;
    client.release(true);
    throw new Error('died');
  };
  return {
    name: 'mortal',
    version: 1,
    checkpoint: async () => {
      const { rows } = await db.query<{ checkpoint: Checkpoint | null }>(
        'select checkpoint from checkpoint',
      );
      return rows[0]?.checkpoint ?? undefined;
    },
    labels: async () => {
      const { rows } = await db.query<{ label: string }>('select label from applied order by n');
      return rows.map((row) => row.label);
    },
    dieNext: (point) => {
      death = point;
    },
    async apply(events, checkpoint) {
      const client = await db.connect();
      await client.query('begin');
      const labels = events.map(label);
      await client.query('insert into applied (label) select unnest($1::text[])', [labels]);
      await client.query('update checkpoint set checkpoint = $1', [checkpoint]);
      if (death === 'before-commit') die(client);
      await client.query('commit');
      if (death === 'after-commit') die(client);
      client.release();
    },
  };
}
