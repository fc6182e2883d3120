import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLog } from '#events/postgres/postgres-log';
import { lastSeal } from '#evidence/postgres/log-seals';
import { stampFact } from '#evidence/renew-stamps';
import { logRound } from '../../apps/retention-worker/src/evidence/log-round.js';
import { logSealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { appendOf } from '../../libs/events/src/event-store.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { loggedIn } from './roles.js';

const ROUNDS_MAX = 600;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await postgresLog(database.pool).append([appendOf('s', 0, 3)]);
});
afterAll(() => database.close());

const stampOf = (day: string, order: number) =>
  stampFact({ day, order, path: [], token: 'AA==', stampedAt: '2026-11-22T00:00:00.000Z' }, 'x');

test('the retention worker seals the log and keeps its time-stamps under its own role', () =>
  loggedIn(database.url, 'arkim_retention', async (pool) => {
    const seal = async () => {
      for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
        const { taken } = await logRound({ pool, logWithin: logSealFrom(undefined) });
        const kept = await lastSeal(pool);
        if (kept !== undefined) return kept;
        if (taken === 0) await sleep(20);
      }
      throw new Error('nothing was sealed');
    };
    const { day } = await seal();
    expect(await postgresLog(pool).append([stampOf(day, 1)])).toMatchObject({ ok: true });
  }));

test('an operator renews time-stamps, and seals nothing', () =>
  loggedIn(database.url, 'arkim_operator', async (pool) => {
    const log = postgresLog(pool);
    expect(await log.append([stampOf('2001-01-01', 0)])).toMatchObject({ ok: true });
    const seal = { ...appendOf('evidence-log-2001-01-02', 0) };
    await expect(log.append([seal])).rejects.toThrow('row-level security');
  }));

test.each(['arkim_api', 'arkim_ingest'])('%s writes nothing of evidence', (role) =>
  loggedIn(database.url, role, async (pool) => {
    await expect(postgresLog(pool).append([stampOf('2001-01-03', 0)])).rejects.toThrow(
      'row-level security',
    );
    await expect(
      pool.query(`insert into evidence_leaves values (9, sha256('x'), gen_random_uuid(), 's', 1)`),
    ).rejects.toThrow('permission denied');
  }),
);
