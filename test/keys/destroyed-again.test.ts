import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyLedger } from '#events/key-ledger';
import { replayDestructions, tellDestructions } from '#events/postgres/tell-destructions';
import { forgetDestroyed } from '#index/postgres/forget-destroyed';
import { type FilledArchive, filledArchive } from '../rebuild/filled-archive.js';

let filled: FilledArchive;
let folder: string;
let file: string;
beforeEach(async () => {
  filled = await filledArchive();
  folder = await mkdtemp(join(tmpdir(), 'arkim-ledger-'));
  file = join(folder, 'destroyed.ledger');
});
afterEach(async () => {
  await filled.close();
  await rm(folder, { recursive: true });
});

const pool = () => filled.archive.pool;
const destroy = (study: number) => filled.archive.ingest.keys.destroy(filled.claimOf(study));
const tell = () => tellDestructions(pool(), keyLedger(file));
const replay = () => replayDestructions(pool(), keyLedger(file));
const listed = async () =>
  (await Array.fromAsync(keyLedger(file).read())).map(({ keyId }) => keyId);

test('what is destroyed is written down outside the database, once', async () => {
  await destroy(1);
  expect(await tell()).toBe(1);
  expect(await tell()).toBe(0);
  await destroy(2);
  expect(await tell()).toBe(1);
  expect(await listed()).toEqual([filled.claimOf(1), filled.claimOf(2)]);
});

test('who dies between ledger and database writes the same down once more, and nothing is lost', async () => {
  await destroy(1);
  await tell();
  await pool().query('update key_destructions set told = false');
  expect(await tell()).toBe(1);
  expect(await listed()).toEqual([filled.claimOf(1), filled.claimOf(1)]);
  expect(await replay()).toEqual({ again: 0, lacking: 0 });
});

/** The keys as a backup from before the destruction has them. */
async function restoredFromBefore(): Promise<void> {
  await pool().query('create table backup as select * from sealing_keys');
  await destroy(1);
  await tell();
  await pool().query('alter table key_destructions disable trigger all');
  await pool().query('delete from key_destructions');
  await pool().query('alter table key_destructions enable trigger all');
  await pool().query('truncate sealing_keys');
  await pool().query(
    'insert into sealing_keys (key_id, wrapped, created_at, master) select key_id, wrapped, created_at, master from backup',
  );
}

test('R-406: a restored backup brings a destroyed key back, and the ledger destroys it again with what is told of its study', async () => {
  await restoredFromBefore();
  const claim = filled.claimOf(1);
  expect(await replay()).toEqual({ again: 1, lacking: 0 });
  expect(await forgetDestroyed(pool())).toBe(1);
  filled.archive.passTime(60_000);
  const found = await filled.archive.ingest.keys.find([claim, filled.claimOf(2)]);
  expect(found.get(claim)).toBe('destroyed');
  expect(found.get(filled.claimOf(2))).not.toBe('destroyed');
  for (const table of [
    'findable_1.studies',
    'findable_1.series',
    'findable_1.segments',
    'study_exams',
    'reservations',
  ])
    expect((await pool().query(`select from ${table} where claim = $1`, [claim])).rowCount).toBe(0);
  expect(await filled.archive.ingest.findable.study('HOSP-A', '1.2.1')).toBeUndefined();
  expect(await filled.archive.ingest.findable.study('HOSP-A', '1.2.2')).toBeDefined();
  expect(await replay()).toEqual({ again: 0, lacking: 0 });
  expect(await forgetDestroyed(pool())).toBe(0);
});

test('a start that dies before it forgot is ended by the next', async () => {
  await restoredFromBefore();
  await replay();
  expect(await replay()).toEqual({ again: 0, lacking: 0 });
  expect(await forgetDestroyed(pool())).toBe(1);
});

test('a ledger that is lost, or a restored one, is told what it lacks', async () => {
  await destroy(1);
  await tell();
  await rm(file);
  expect(await replay()).toEqual({ again: 0, lacking: 1 });
  expect(await tell()).toBe(1);
  expect(await listed()).toEqual([filled.claimOf(1)]);
});
