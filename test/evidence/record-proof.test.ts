import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { auditRecorder } from '#evidence/audit-recorder';
import { lastSeal } from '#evidence/postgres/log-seals';
import { proofOfRecord } from '#evidence/postgres/record-proof-of';
import { writeAudit } from '#evidence/postgres/write-audit';
import { faultOfRecordProof, type RecordProof } from '#evidence/record-proof';
import { createPool } from '#platform/postgres-pool';
import { logRound } from '../../apps/retention-worker/src/evidence/log-round.js';
import { logSealFrom, sealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sealRound } from '../../apps/retention-worker/src/seal/seal-round.js';
import { accessRecord } from '../../libs/evidence/src/audit-record.testing.js';
import { sealSoon } from '../audit/seal-soon.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

const ROUNDS_MAX = 600;
const RECORDS = 5;
const keys = memoryKeyRing(randomBytes);

let database: TestDatabase;
let sealing: Pool;

/* The database says that it is yesterday, as long as records are written and sealed. */
const SHADOW = `create schema shadow;
  create table shadow.clock (days_ago int not null);
  insert into shadow.clock values (1);
  create function shadow.clock_timestamp() returns timestamptz language sql as
    'select pg_catalog.clock_timestamp() - make_interval(days => days_ago) from shadow.clock'`;

const record = async () => {
  const { pool } = database;
  const write = writeAudit({ pool, keys, wallMs: Date.now, random: randomBytes });
  const recordAccess = auditRecorder({ write, wallMs: Date.now, newId: randomUUID });
  for (let count = 0; count < RECORDS; count++)
    await recordAccess(accessRecord({ action: 'search', kind: 'study', claim: null }));
};
const sealAudit = () => sealRound({ pool: sealing, sealWithin: sealFrom(() => keys, undefined) });
const sealLog = async () => {
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    await sealAudit();
    const { taken } = await logRound({ pool: sealing, logWithin: logSealFrom(undefined) });
    if ((await lastSeal(database.pool)) !== undefined) return;
    if (taken === 0) await sleep(20);
  }
  throw new Error('nothing was sealed');
};

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(SHADOW);
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=shadow,pg_catalog,public');
  sealing = createPool({ url: url.href, name: 'test' });
});
afterAll(async () => {
  await sealing.end();
  await database.close();
});

const proofs = async (): Promise<readonly (RecordProof | undefined)[]> => {
  const { pool } = database;
  const { rows } = await pool.query<{ id: string }>('select id::text from audit_records');
  return Promise.all(rows.map(({ id }) => proofOfRecord(pool, postgresLog(pool), id)));
};

test('each record of access is proven up to the seal of the log, once its day is over', async () => {
  await record();
  await database.pool.query(`alter table audit_records disable trigger all;
    update audit_records set recorded_at = recorded_at - interval '1 day';
    alter table audit_records enable trigger all`);
  await sealSoon(sealAudit);
  expect(await proofs()).toEqual(Array(RECORDS).fill(undefined));
  await database.pool.query('update shadow.clock set days_ago = 0');
  await sealLog();
  const found = await proofs();
  expect(found).toHaveLength(RECORDS);
  for (const proof of found) {
    if (proof === undefined) throw new Error('it is sealed');
    expect(faultOfRecordProof(proof)).toBeUndefined();
    const { record: own, seal, day, event, inLog } = proof;
    expect(faultOfRecordProof({ ...proof, record: { ...own, actor: 'x' } })).toBe('record');
    expect(faultOfRecordProof({ ...proof, seal: { ...seal, number: 9 } })).toBe('seal');
    expect(faultOfRecordProof({ ...proof, day: { ...day, records: 9 } })).toBe('day');
    expect(faultOfRecordProof({ ...proof, event: { ...event, data: {} } })).toBe('event');
    const sealed = { ...inLog.seal, root: '00'.repeat(32) };
    expect(faultOfRecordProof({ ...proof, inLog: { ...inLog, seal: sealed } })).toBe('log');
  }
  const { pool } = database;
  expect(await proofOfRecord(pool, postgresLog(pool), randomUUID())).toBeUndefined();
});
